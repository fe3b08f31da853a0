import { signToken, verifyToken } from '../auth/tokens.ts';
import {
  type Digest,
  type DigestAlgorithm,
  parseDigest,
  parseDigestAlgorithm,
} from '../domain/digest.ts';
import { RegistryError } from '../domain/errors.ts';
import { formatRepositoryName } from '../domain/names.ts';
import { parseContentRange, rangeLength } from '../domain/ranges.ts';
import * as registry from '../registry/uploads.ts';
import { repositoryPath, singleQuery, type V2Context } from './http.ts';
import { limitUploads } from './limits.ts';
import { readMount, tryMount } from './mounts.ts';

/** Smaller chunks are accepted too, but are not worth a request. Bytes. */
const CHUNK_MIN_LENGTH = 1024 * 1024;

/**
 * Begins an upload, mounts a blob, or takes a whole blob at once.
 * https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pushing-blobs
 */
export async function beginUpload(c: V2Context): Promise<Response> {
  const text = singleQuery(c, 'digest');
  const digest = text === undefined ? null : parseDigest(text);
  const algorithm = parseDigestAlgorithm(singleQuery(c, 'digest-algorithm') ?? 'sha256');
  const mount = readMount(c);
  if (mount !== null && (await tryMount(c, mount))) return created(c, mount.digest);
  await limitUploads(c);
  const id = crypto.randomUUID();
  const body = await admitBody(c);
  if (digest !== null && body.length !== 0) {
    if (registry.fitsOnePut(body)) await registry.putBlob(c.var.repo, digest, body);
    else await registry.completeUpload(c.var.repo, id, digest, registry.wholeBody(algorithm), body);
    return created(c, digest);
  }
  return await accepted(c, id, algorithm, 202, 0);
}

/** https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pushing-a-blob-in-chunks */
export async function continueUpload(c: V2Context): Promise<Response> {
  const { id, algorithm } = await readState(c);
  const body = await admitBody(c);
  const chunk = readChunk(c, algorithm, body);
  const { offset } = await registry.appendUpload(c.var.repo, id, chunk, body);
  return await accepted(c, id, algorithm, 202, offset);
}

/** Completes an upload with its digest, and its last bytes if the request has some. */
export async function completeUpload(c: V2Context): Promise<Response> {
  const { id, algorithm } = await readState(c);
  const text = singleQuery(c, 'digest');
  if (text === undefined) {
    throw new RegistryError('DIGEST_INVALID', 'the parameter digest is missing');
  }
  const digest = parseDigest(text);
  const body = await admitBody(c);
  await registry.completeUpload(c.var.repo, id, digest, readChunk(c, algorithm, body), body);
  return created(c, digest);
}

/** Reports how many bytes of an upload are stored. */
export async function reportUpload(c: V2Context): Promise<Response> {
  const { id, algorithm } = await readState(c);
  const { offset } = await registry.getUpload(c.var.repo, id);
  return await accepted(c, id, algorithm, 204, offset);
}

/** https://github.com/opencontainers/distribution-spec/blob/main/spec.md#cancel-a-blob-upload */
export async function cancelUpload(c: V2Context): Promise<Response> {
  const { id } = await readState(c);
  await registry.cancelUpload(c.var.repo, id);
  return new Response(null, { status: 204 });
}

/**
 * The upload's id and algorithm, from its signed address: nothing is stored of an upload before
 * its first bytes.
 */
async function readState(c: V2Context): Promise<{ id: string; algorithm: DigestAlgorithm }> {
  const { config, repo } = c.var;
  const claims = await verifyToken(config, 'upload', singleQuery(c, '_state') ?? '');
  const repository = formatRepositoryName(repo.repository.name);
  if (!claims || claims.jti !== c.req.param('id') || claims.repository !== repository) {
    throw new RegistryError('BLOB_UPLOAD_UNKNOWN');
  }
  return { id: claims.jti, algorithm: claims.algorithm };
}

/** The request's body. @throws RegistryError STORAGE_FULL */
async function admitBody(c: V2Context): Promise<registry.UploadBody> {
  const length = c.req.header('content-length');
  const stream = c.req.raw.body;
  const known = length === undefined ? null : Number(length);
  const body = { stream, length: stream === null ? 0 : known };
  await registry.admitBody(c.var.repo, body);
  return body;
}

function readChunk(
  c: V2Context,
  algorithm: DigestAlgorithm,
  body: registry.UploadBody,
): registry.UploadChunk {
  const range = parseContentRange(c.req.header('content-range'));
  if (range === null) return { algorithm, start: null, length: body.length };
  const length = rangeLength(range);
  if (body.length !== null && body.length !== length) {
    throw new RegistryError(
      'BLOB_UPLOAD_INVALID',
      `Content-Range names ${length} bytes, Content-Length ${body.length}`,
    );
  }
  return { algorithm, start: range.start, length };
}

function created(c: V2Context, digest: Digest): Response {
  const headers = {
    location: `${repositoryPath(c.var.repo.repository.name)}/blobs/${digest}`,
    'docker-content-digest': digest,
  };
  return new Response(null, { status: 201, headers });
}

async function accepted(
  c: V2Context,
  id: string,
  algorithm: DigestAlgorithm,
  status: 202 | 204,
  offset: number,
): Promise<Response> {
  const { name } = c.var.repo.repository;
  const repository = formatRepositoryName(name);
  const state = await signToken(c.var.config, 'upload', { jti: id, repository, algorithm });
  const headers = {
    location: `${repositoryPath(name)}/blobs/uploads/${id}?${new URLSearchParams({ _state: state })}`,
    range: `0-${Math.max(offset - 1, 0)}`,
    'docker-upload-uuid': id,
    'oci-chunk-min-length': String(CHUNK_MIN_LENGTH),
  };
  return new Response(null, { status, headers });
}
