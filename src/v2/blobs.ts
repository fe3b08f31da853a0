import { matchesEtag } from '../domain/conditions.ts';
import { parseRange, rangeLength } from '../domain/ranges.ts';
import * as registry from '../registry/blobs.ts';
import { IMMUTABLE, type V2Context } from './http.ts';

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
    'content-type': 'application/octet-stream',
    'cache-control': IMMUTABLE,
    'accept-ranges': 'bytes',
    etag,
  };
  if (matchesEtag(c.req.header('if-none-match'), etag)) {
    return new Response(null, { status: 304, headers });
  }
  headers['content-length'] = String(blob.size);
  if (isHead) return new Response(null, { headers });
  const range = parseRange(c.req.header('range'), blob.size);
  const body = blob.size === 0 ? null : await registry.openBlob(repo, blob, range);
  if (range === null) return new Response(body, { headers });
  headers['content-length'] = String(rangeLength(range));
  headers['content-range'] = `bytes ${range.start}-${range.end}/${blob.size}`;
  return new Response(body, { status: 206, headers });
}

/** https://github.com/opencontainers/distribution-spec/blob/main/spec.md#deleting-blobs */
export async function deleteBlob(c: V2Context): Promise<Response> {
  await registry.deleteBlob(c.var.repo, c.var.digest);
  return new Response(null, { status: 202 });
}
