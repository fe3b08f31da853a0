import { rangeIfUnchanged } from '../domain/conditions.ts';
import { type ByteRange, parseRanges, rangeLength } from '../domain/ranges.ts';
import { hasPreconditions, isNotModified, requirePreconditions } from '../http/preconditions.ts';
import * as registry from '../registry/blobs.ts';
import type { RepositoryContext } from '../registry/context.ts';
import { formatContentRange, multipartRanges } from './byteranges.ts';
import { IMMUTABLE, type V2Context } from './http.ts';

const BLOB_TYPE = 'application/octet-stream';

/** https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pulling-blobs */
export async function serveBlob(c: V2Context): Promise<Response> {
  const { repo, digest } = c.var;
  const { blob } = c.var.content;
  const isHead = c.req.raw.method === 'HEAD';
  if (blob === null) throw registry.blobUnknown(digest);
  if (isHead) await registry.extendBlobGrace(repo, blob);
  const etag = `"${digest}"`;
  const headers: Record<string, string> = {
    'docker-content-digest': digest,
    'content-type': BLOB_TYPE,
    'cache-control': IMMUTABLE,
    'accept-ranges': 'bytes',
    etag,
  };
  if (isNotModified(c, etag)) return new Response(null, { status: 304, headers });
  headers['content-length'] = String(blob.size);
  // Range applies to GET only.
  if (isHead) return new Response(null, { headers });
  const wanted = rangeIfUnchanged(c.req.header('range'), c.req.header('if-range'), etag);
  const ranges = parseRanges(wanted, blob.size);
  if (ranges === null || isWholeBetter(ranges, blob.size)) {
    const body = blob.size === 0 ? null : await registry.openBlob(repo, blob, null);
    return new Response(body, { headers });
  }
  return await servePart(repo, blob, ranges, headers);
}

/** Content of up to this size is sent whole instead of in several parts, whose heads would be longer. */
const SMALL = 1024;

/** If several ranges add up to more than this many times the content, all of it is sent once. */
const MAX_REPETITION = 2;

function isWholeBetter(ranges: readonly ByteRange[], size: number): boolean {
  if (ranges.length === 1) return false;
  const sum = ranges.reduce((total, range) => total + rangeLength(range), 0);
  return size <= SMALL || sum > MAX_REPETITION * size;
}

/** Answers 206 with one range as it is, or with several as parts of one body. */
async function servePart(
  repo: RepositoryContext,
  blob: registry.BlobRecord,
  ranges: readonly ByteRange[],
  headers: Record<string, string>,
): Promise<Response> {
  const [range] = ranges;
  if (range && ranges.length === 1) {
    const body = await registry.openBlob(repo, blob, range);
    headers['content-length'] = String(rangeLength(range));
    headers['content-range'] = formatContentRange(range, blob.size);
    return new Response(body, { status: 206, headers });
  }
  const { contentType, pieces } = multipartRanges(ranges, blob.size, BLOB_TYPE);
  const { stream, length } = await registry.openBlobPieces(repo, blob, pieces);
  headers['content-type'] = contentType;
  headers['content-length'] = String(length);
  return new Response(stream, { status: 206, headers });
}

/** https://github.com/opencontainers/distribution-spec/blob/main/spec.md#deleting-blobs */
export async function deleteBlob(c: V2Context): Promise<Response> {
  if (hasPreconditions(c)) {
    await registry.requireBlob(c.var.repo, c.var.digest);
    requirePreconditions(c, `"${c.var.digest}"`);
  }
  await registry.deleteBlob(c.var.repo, c.var.digest);
  return new Response(null, { status: 202 });
}
