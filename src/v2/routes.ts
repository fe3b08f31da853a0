import { type Handler, Hono } from 'hono';
import { drainRequestBody } from '../http/drain-request-body.ts';
import { BODY_LIMIT, type BodyLimit, limitBody } from '../http/limit-body.ts';
import { answerConditionally, changeConditionally } from '../http/preconditions.ts';
import { refuseOtherMethods, refusePath } from '../http/refusals.ts';
import { requireHttps } from '../http/secure-answers.ts';
import { deleteBlob, serveBlob } from './blobs.ts';
import { serveCatalog } from './catalog.ts';
import { renderError } from './errors.ts';
import { guard, type RouteAccess } from './guard.ts';
import type { V2Env } from './http.ts';
import { deleteManifest, receiveManifest, serveManifest } from './manifests.ts';
import { serveReferrers } from './referrers.ts';
import { serveTags } from './tags.ts';
import { grantToken, serveToken } from './token.ts';
import {
  beginUpload,
  cancelUpload,
  completeUpload,
  continueUpload,
  reportUpload,
} from './uploads.ts';

type Route = readonly [method: string, path: string, access: RouteAccess, handler: Handler<V2Env>];

const MANIFEST = '/:name{.+}/manifests/:reference';
// `uploads` is no digest: it has its own routes.
const BLOB = '/:name{.+}/blobs/:digest{(?!uploads$)[^/]+}';
const UPLOADS = '/:name{.+}/blobs/uploads';
const UPLOAD = '/:name{.+}/blobs/uploads/:id';
const REFERRERS = '/:name{.+}/referrers/:digest';
const TO_UPLOAD: RouteAccess = { action: 'image:push', on: 'upload' };

/**
 * The whole protocol, with the access that each route asks for. GET answers HEAD as well.
 * https://github.com/opencontainers/distribution-spec/blob/main/spec.md#endpoints
 */
export const V2_ROUTES: readonly Route[] = [
  ['GET', '/', 'signed-in', (c) => c.json({})],
  ['GET', '/token', 'open', serveToken],
  ['POST', '/token', 'open', grantToken],
  ['GET', '/_catalog', 'catalog', serveCatalog],
  ['GET', '/:name{.+}/tags/list', { action: 'image:pull', on: 'tags' }, serveTags],
  ['GET', REFERRERS, { action: 'image:pull', on: 'referrers' }, serveReferrers],
  ['GET', MANIFEST, { action: 'image:pull', on: 'manifest' }, serveManifest],
  ['PUT', MANIFEST, { action: 'image:push', on: 'new manifest' }, receiveManifest],
  ['DELETE', MANIFEST, 'version:delete', deleteManifest],
  ['POST', UPLOADS, TO_UPLOAD, beginUpload],
  ['GET', UPLOAD, TO_UPLOAD, reportUpload],
  ['PATCH', UPLOAD, TO_UPLOAD, continueUpload],
  ['PUT', UPLOAD, TO_UPLOAD, completeUpload],
  ['DELETE', UPLOAD, TO_UPLOAD, cancelUpload],
  ['GET', BLOB, { action: 'image:pull', on: 'blob' }, serveBlob],
  ['DELETE', BLOB, 'version:delete', deleteBlob],
];

/** The routes of the protocol, to be mounted under /v2. */
export function createV2(): Hono<V2Env> {
  const app = new Hono<V2Env>({ strict: false });
  app.use(async (c, next) => {
    await next();
    c.header('docker-distribution-api-version', 'registry/2.0');
    if (!c.res.headers.has('cache-control')) c.header('cache-control', 'no-store');
  });
  app.use(requireHttps);
  app.use(answerConditionally);
  app.use('/token', limitBody(FORM));
  for (const [method, path, access, handler] of V2_ROUTES) {
    // These handlers read the ETag of what they change.
    const hasEtag = path === MANIFEST || path === BLOB;
    app.on(method, path, guard(access), ...(hasEtag ? [] : [changeConditionally]), handler);
  }
  for (const path of new Set(V2_ROUTES.map(([, path]) => path))) {
    const methods = V2_ROUTES.filter((route) => route[1] === path).map(([method]) => method);
    app.all(path, refuseOtherMethods(methods));
  }
  // Not notFound: Hono never calls that of a mounted app.
  app.all('*', refusePath);
  app.onError(async (error, c) => {
    // Only where access was granted: anyone else could keep us reading.
    if (c.var.repo) await drainRequestBody(c.req.raw.body);
    return renderError(error, c);
  });
  return app;
}

/** The form that asks for a token. Whoever sends it is not known yet. */
const FORM: BodyLimit<V2Env> = {
  limit: BODY_LIMIT,
  invalid: 'PARAMETER_INVALID',
  holderOf: () => 'anonymous',
};
