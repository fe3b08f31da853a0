import {
  type Digest,
  type DigestAlgorithm,
  isDigestOfNothing,
  parseDigest,
  parseDigestAlgorithm,
} from '../domain/digest.ts';
import { RegistryError } from '../domain/errors.ts';
import { parseContentRange, rangeLength } from '../domain/ranges.ts';
import * as registry from '../registry/uploads.ts';
import { rememberPushed } from './cached-decisions.ts';
import { repositoryPath, singleQuery, type V2Context } from './http.ts';
import { limitUploads } from './limits.ts';
import { readMount, tryMount } from './mounts.ts';
import { readUploadAddress, type UploadAddress, uploadHeaders } from './upload-address.ts';

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
  const body = await admitBody(c);
  // Without a body a digest is a wish, unless nothing is what it is the digest of.
  if (digest !== null && (body.length !== 0 || isDigestOfNothing(digest))) {
    rememberPushed(c, await registry.storeBlob(c.var.repo, digest, body));
    return created(c, digest);
  }
  const upload = { id: registry.newUploadId(c.var.repo), algorithm, written: false };
  return await accepted(c, upload, 202, 0);
}

/** https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pushing-a-blob-in-chunks */
export async function continueUpload(c: V2Context): Promise<Response> {
  const upload = readUploadAddress(c);
  const body = await admitBody(c);
  const chunk = readChunk(c, upload.algorithm, body);
  const { offset } = await withProgress(c, upload, () =>
    registry.appendUpload(c.var.repo, upload.id, chunk, body),
  );
  return await accepted(c, { ...upload, written: true }, 202, offset);
}

/** Completes an upload with its digest, and its last bytes if the request has some. */
export async function completeUpload(c: V2Context): Promise<Response> {
  const upload = readUploadAddress(c);
  const text = singleQuery(c, 'digest');
  if (text === undefined) {
    throw new RegistryError('DIGEST_INVALID', 'the parameter digest is missing');
  }
  const digest = parseDigest(text);
  const body = await admitBody(c);
  const chunk = readChunk(c, upload.algorithm, body);
  const blob = await withProgress(c, upload, () =>
    registry.completeUpload(c.var.repo, upload, digest, chunk, body),
  );
  rememberPushed(c, blob);
  return created(c, digest);
}

/** Reports how many bytes of an upload are stored. */
export async function reportUpload(c: V2Context): Promise<Response> {
  const upload = readUploadAddress(c);
  const { offset } = await registry.getUpload(c.var.repo, upload.id);
  return await accepted(c, upload, 204, offset);
}

/** https://github.com/opencontainers/distribution-spec/blob/main/spec.md#cancel-a-blob-upload */
export async function cancelUpload(c: V2Context): Promise<Response> {
  const { id } = readUploadAddress(c);
  await registry.cancelUpload(c.var.repo, id);
  return new Response(null, { status: 204 });
}

/** Does what a request asks of an upload; an error says where the upload continues, if it can. */
async function withProgress<T>(
  c: V2Context,
  upload: UploadAddress,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof registry.UploadError) || error.code === 'BLOB_UPLOAD_UNKNOWN') {
      throw error;
    }
    const headers = await uploadHeaders(c, upload, error.offset);
    throw new RegistryError(error.code, error.message, { headers });
  }
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
  upload: UploadAddress,
  status: 202 | 204,
  offset: number,
): Promise<Response> {
  return new Response(null, { status, headers: await uploadHeaders(c, upload, offset) });
}
