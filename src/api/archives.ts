import type { z } from '@hono/zod-openapi';
import { rangeIfUnchanged } from '../domain/conditions.ts';
import { parseDigest } from '../domain/digest.ts';
import { formatRepositoryName, parseTag, type Reference } from '../domain/names.ts';
import { formatPlatform } from '../domain/platforms.ts';
import { type ByteRange, parseRange, rangeLength } from '../domain/ranges.ts';
import { isNotModified } from '../http/preconditions.ts';
import { type ArchivePlan, planArchive, sendArchive } from '../registry/archives.ts';
import { noteUse } from '../registry/pulls.ts';
import { archiveHeaders, archiveQuery } from './contracts/archives.ts';
import { manifestParams, versionParams } from './contracts/versions.ts';
import { endpoint } from './endpoint.ts';
import type { ApiContext } from './http.ts';

const tags = ['Versions'];
const IMAGE = '/workspaces/{workspace}/images/{image}';
const content = { 'application/x-tar': { schema: { type: 'string', format: 'binary' } } } as const;
const responses = {
  200: {
    description:
      'The archive as a file. `Orlop-Layers-Elsewhere` lists layers that are not in it: the view of the version says where they are.',
    content,
  },
  206: { description: 'The requested range of the archive.', content },
  304: { description: 'If-None-Match matches the ETag.' },
};

export const getArchive = endpoint(
  { action: 'image:pull', on: 'image', open: true },
  {
    method: 'get',
    path: `${IMAGE}/versions/{tag}/archive`,
    tags,
    summary: 'Download a version as a tar archive; counts as one pull, even when resumed',
    request: { params: versionParams, query: archiveQuery, headers: archiveHeaders },
    responses,
  },
  async (c) => {
    const tag = parseTag(c.req.valid('param').tag);
    return await archiveResponse(c, { kind: 'tag', tag }, c.req.valid('query'));
  },
);

export const getManifestArchive = endpoint(
  { action: 'image:pull', on: 'image', open: true },
  {
    method: 'get',
    path: `${IMAGE}/manifests/{digest}/archive`,
    tags,
    summary: 'Download a manifest, tagged or not, as a tar archive',
    request: { params: manifestParams, query: archiveQuery, headers: archiveHeaders },
    responses,
  },
  async (c) => {
    const digest = parseDigest(c.req.valid('param').digest);
    return await archiveResponse(c, { kind: 'digest', digest }, c.req.valid('query'));
  },
);

type Query = z.output<typeof archiveQuery>;

async function archiveResponse(
  c: ApiContext,
  reference: Reference,
  query: Query,
): Promise<Response> {
  const { format, platform = null } = query;
  const repo = c.var.repo;
  const { host } = new URL(c.req.url);
  const archive = await planArchive(repo, { reference, format, platform, host });
  const { etag, layout } = archive;
  const headers = headersOf(c, archive, reference, query);
  if (isNotModified(c, etag)) {
    tellCounter(c, archive, false);
    return new Response(null, { status: 304, headers });
  }
  const wanted = rangeIfUnchanged(c.req.header('range'), c.req.header('if-range'), etag);
  const isHead = c.req.raw.method === 'HEAD';
  // https://www.rfc-editor.org/rfc/rfc9110#section-14.2: Range applies to GET only.
  const range = isHead ? null : parseRange(wanted, layout.size);
  headers['content-length'] = String(range ? rangeLength(range) : layout.size);
  tellCounter(c, archive, !isHead && isBeginning(range));
  if (isHead) return new Response(null, { headers });
  if (range) headers['content-range'] = `bytes ${range.start}-${range.end}/${layout.size}`;
  const { body, sent } = sendArchive(repo, archive, range);
  // A disconnected client is no error of ours, and a lost blob has already been reported.
  c.executionCtx.waitUntil(sent.catch((error) => console.warn(error)));
  return new Response(body, { status: range ? 206 : 200, headers });
}

/** Whether a range starts a download. A resumed download must not count again. */
function isBeginning(range: ByteRange | null): boolean {
  return range === null || range.start === 0;
}

/** Downloading an archive is a pull, and anything else that is asked about it a use. */
function tellCounter(c: ApiContext, { digest }: ArchivePlan, isPull: boolean): void {
  c.executionCtx.waitUntil(noteUse(c.var.repo, digest, isPull));
}

/** Digests in a header, which must stay short; the view of a version has all layers. */
const MAX_NAMED = 50;

function headersOf(
  c: ApiContext,
  { etag, elsewhere }: ArchivePlan,
  reference: Reference,
  query: Query,
): Record<string, string> {
  return {
    'content-type': 'application/x-tar',
    'content-disposition': `attachment; filename="${fileName(c, reference, query)}"`,
    'accept-ranges': 'bytes',
    'cache-control': 'private, no-cache, no-transform',
    etag,
    ...(elsewhere.length === 0
      ? {}
      : { 'orlop-layers-elsewhere': elsewhere.slice(0, MAX_NAMED).join(', ') }),
  };
}

/** Names, tags, digests and platforms are valid in headers; `/` and `:` are not in file names. */
function fileName(c: ApiContext, reference: Reference, { format, platform }: Query): string {
  const { name } = c.var.repo.repository;
  const version = reference.kind === 'tag' ? reference.tag : reference.digest;
  const parts = [
    formatRepositoryName(name),
    version,
    ...(platform ? [formatPlatform(platform)] : []),
    ...(format === 'oci' ? ['oci'] : []),
  ];
  return `${parts
    .join('_')
    .replaceAll(/[/:(+]/g, '-')
    .replaceAll(')', '')}.tar`;
}
