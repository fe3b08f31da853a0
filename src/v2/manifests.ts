import { type Digest, parseDigest } from '../domain/digest.ts';
import { RegistryError } from '../domain/errors.ts';
import { MAX_MANIFEST_BYTES } from '../domain/manifests.ts';
import { parseTag, type Reference } from '../domain/names.ts';
import { hasPreconditions, isNotModified, requirePreconditions } from '../http/preconditions.ts';
import { bodyRequest, withWholeBody } from '../http/whole-body.ts';
import { notePlatforms } from '../registry/image-configs.ts';
import * as registry from '../registry/manifests.ts';
import { noteUse } from '../registry/pulls.ts';
import { type ManifestPush, pushManifest } from '../registry/push-manifest.ts';
import { tellTriggers, tellTriggersOf } from '../registry/triggers.ts';
import { rememberPublished } from './cached-decisions.ts';
import { IMMUTABLE, repositoryPath, type V2Context } from './http.ts';

/** Tags that one push by digest may set. */
const MAX_TAGS = 100;

/** https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pulling-manifests */
export async function serveManifest(c: V2Context): Promise<Response> {
  const { reference } = c.var;
  const isHead = c.req.raw.method === 'HEAD';
  const accept = c.req.raw.headers.get('accept');
  const record = registry.acceptManifest(c.var.content.manifest, reference, accept);
  if (isHead) await registry.extendManifestGrace(c.var.repo, reference, record);
  else await registry.keepIfReleased(c.var.repo, reference, record);
  const etag = `"${record.digest}"`;
  const headers: Record<string, string> = {
    'docker-content-digest': record.digest,
    'content-type': record.mediaType,
    'cache-control': reference.kind === 'digest' ? IMMUTABLE : 'private, no-cache, no-transform',
    etag,
    vary: 'accept',
  };
  if (isNotModified(c, etag)) {
    tellCounter(c, record, false);
    return new Response(null, { status: 304, headers });
  }
  headers['content-length'] = String(record.size);
  const body = isHead ? null : await registry.readManifestBody(c.var.repo, record);
  tellCounter(c, record, !isHead && isPull(c));
  if (!c.var.isForPush) warmBlobs(c);
  return new Response(body, { headers });
}

/** Whoever reads a manifest asks for its blobs next; HEAD finds none. The answer does not wait. */
function warmBlobs({ var: { repo, content }, executionCtx }: V2Context): void {
  if (repo.objectCache) executionCtx.waitUntil(repo.objectCache.warm(content.blobs));
}

/**
 * Whether an answer with a manifest is a pull: not if the client is pushing, or if an index of the
 * image lists the digest that was asked for, because then the index was pulled.
 */
function isPull({ var: { reference, content, isForPush } }: V2Context): boolean {
  return !isForPush && (reference.kind === 'tag' || !content.isListed);
}

/** Tells the counter of the image what was asked for. The answer does not wait for it. */
function tellCounter(c: V2Context, { digest }: registry.ManifestRecord, isPull: boolean): void {
  c.executionCtx.waitUntil(noteUse(c.var.repo, digest, isPull));
}

/** https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pushing-manifests */
export async function receiveManifest(c: V2Context): Promise<Response> {
  const { reference } = c.var;
  const tags = [...new Set((c.req.queries('tag') ?? []).map(parseTag))];
  if (tags.length > 0 && reference.kind === 'tag') {
    throw new RegistryError('PARAMETER_INVALID', 'the parameter tag goes with a push by digest');
  }
  if (tags.length > MAX_TAGS) {
    throw new RegistryError('PARAMETER_INVALID', `one push sets ${MAX_TAGS} tags at most`);
  }
  const push: Omit<ManifestPush, 'bytes'> = {
    reference,
    contentType: c.req.header('content-type') ?? null,
    tags,
    expectation: readExpectation(c, reference),
  };
  const { repo, admission } = c.var;
  const pushed = await withManifestBody(c, (bytes) =>
    pushManifest(repo, { ...push, bytes }, admission),
  );
  rememberPublished(c, pushed.imageId);
  const { digest } = pushed;
  const { subject } = pushed.manifest;
  c.executionCtx.waitUntil(notePlatforms(repo, pushed));
  c.executionCtx.waitUntil(tellTriggers(repo, pushed.triggers));
  const headers = new Headers({
    location: `${repositoryPath(repo.repository.name)}/manifests/${digest}`,
    'docker-content-digest': digest,
  });
  if (subject) headers.set('oci-subject', subject);
  if (tags.length > 0) headers.set('oci-tag', tags.join(', '));
  return new Response(null, { status: 201, headers });
}

/** https://github.com/opencontainers/distribution-spec/blob/main/spec.md#deleting-manifests */
export async function deleteManifest(c: V2Context): Promise<Response> {
  const { repo, reference } = c.var;
  let expected: Digest | null = null;
  if (hasPreconditions(c)) {
    expected = (await registry.getManifest(repo, reference)).digest;
    requirePreconditions(c, `"${expected}"`);
  }
  await registry.deleteManifest(repo, reference, expected);
  c.executionCtx.waitUntil(tellTriggersOf(repo, repo.repository));
  return new Response(null, { status: 202 });
}

/** Compare-and-set: https://www.rfc-editor.org/rfc/rfc9110#section-13.1 */
function readExpectation(c: V2Context, reference: Reference): ManifestPush['expectation'] {
  const match = c.req.header('if-match');
  const noneMatch = c.req.header('if-none-match');
  if (match === undefined && noneMatch === undefined) return null;
  if (reference.kind !== 'tag') {
    throw new RegistryError(
      'PARAMETER_INVALID',
      'If-Match and If-None-Match go with a push by tag',
    );
  }
  if (noneMatch !== undefined && (noneMatch.trim() !== '*' || match !== undefined)) {
    throw new RegistryError(
      'PARAMETER_INVALID',
      'a push takes If-None-Match: * or If-Match, not both',
    );
  }
  if (match === undefined) return { tag: reference.tag, digest: null };
  const digest = /^"([^"]*)"$/.exec(match.trim())?.[1];
  if (digest === undefined) {
    throw new RegistryError('PARAMETER_INVALID', 'If-Match must be one digest in quotes');
  }
  return { tag: reference.tag, digest: parseDigest(digest) };
}

/** @throws RegistryError SIZE_INVALID, MANIFEST_INVALID if the body did not come whole */
async function withManifestBody<T>(
  c: V2Context,
  use: (bytes: Uint8Array<ArrayBuffer>) => Promise<T>,
): Promise<T> {
  const request = bodyRequest(c.req.raw, MAX_MANIFEST_BYTES, c.var.identity.subject);
  return await withWholeBody(request, async ({ end, bytes }) => {
    if (end === 'too_long') {
      throw new RegistryError('SIZE_INVALID', 'a manifest may have 4 MiB at most');
    }
    if (end === 'broken') throw new RegistryError('MANIFEST_INVALID', 'the body ended early');
    if (end === 'slow') throw new RegistryError('MANIFEST_INVALID', 'the body came too slowly');
    return await use(bytes);
  });
}
