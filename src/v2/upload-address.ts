import { carryPush } from '../auth/carried-decisions.ts';
import { signToken, type UploadClaims, verifyToken } from '../auth/tokens.ts';
import type { DigestAlgorithm } from '../domain/digest.ts';
import { RegistryError } from '../domain/errors.ts';
import { formatRepositoryName } from '../domain/names.ts';
import { repositoryPath, type V2Context } from './http.ts';

/** What the address of an upload says of it. */
export interface UploadAddress {
  /** See newUploadId. */
  readonly id: string;
  readonly algorithm: DigestAlgorithm;
  /** Whether its object had been written when the address was given out; it may have been since. */
  readonly written: boolean;
}

/** Smaller chunks are accepted too, but are not worth a request. Bytes. */
const CHUNK_MIN_LENGTH = 1024 * 1024;

/** The signed claims of the upload's address, in the path of a request; null where there are none. */
export async function readUploadClaims(c: V2Context): Promise<UploadClaims | null> {
  const id = c.req.param('id');
  return id === undefined ? null : await verifyToken(c.var.config, 'upload', id);
}

/**
 * The upload that the path of a request names, in its last part, which is signed: nothing is
 * stored of an upload before its first bytes. It is a path only, because clients build addresses of
 * their own from it, and add, drop and sort parameters.
 * @throws RegistryError BLOB_UPLOAD_UNKNOWN; also for an upload of another image or principal
 */
export function readUploadAddress(c: V2Context): UploadAddress {
  const { uploadClaims: claims, repo, identity } = c.var;
  const repository = formatRepositoryName(repo.repository.name);
  if (claims?.repository !== repository || claims.principal !== identity.name) {
    throw new RegistryError('BLOB_UPLOAD_UNKNOWN');
  }
  const { jti: id, algorithm, written } = claims;
  return { id, algorithm, written };
}

/** The headers that say where an upload continues, after `offset` durable bytes. */
export async function uploadHeaders(
  c: V2Context,
  { id, algorithm, written }: UploadAddress,
  offset: number,
): Promise<Record<string, string>> {
  const { identity, decided } = c.var;
  const { repository } = c.var.repo;
  const { name } = repository;
  const segment = await signToken(c.var.config, 'upload', {
    jti: id,
    repository: formatRepositoryName(name),
    principal: identity.name,
    algorithm,
    written: written || offset > 0,
    ...carryPush({ ...identity, ...decided, repository }),
  });
  return {
    location: `${repositoryPath(name)}/blobs/uploads/${segment}`,
    range: `0-${Math.max(offset - 1, 0)}`,
    'docker-upload-uuid': segment,
    'oci-chunk-min-length': String(CHUNK_MIN_LENGTH),
  };
}
