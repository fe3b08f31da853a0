import type { TracedRequest } from './trips.ts';

/** Kinds of requests of the protocol, by the first pattern that their method and path match. */
const PATTERNS = {
  'a token': /^\S+ \/v2\/token\b/,
  'a manifest is pushed': /^PUT \/v2\/.*\/manifests\//,
  'a manifest by digest': /\/manifests\/sha256:/,
  'a manifest by tag': /\/manifests\//,
  'an upload begins': /^POST .*\/blobs\/uploads\//,
  'bytes of an upload': /^PATCH /,
  'an upload ends': /^PUT .*\/blobs\/uploads\//,
  'HEAD of a blob': /^HEAD .*\/blobs\//,
  'a blob': /^GET .*\/blobs\//,
} as const;

export type RequestKind = keyof typeof PATTERNS | 'without a token';

export function kindOfRequest({ method, path, status }: TracedRequest): RequestKind {
  if (status === 401) return 'without a token';
  const line = `${method} ${path}`;
  for (const [kind, pattern] of Object.entries(PATTERNS)) {
    if (pattern.test(line)) return kind as RequestKind;
  }
  throw new Error(`no client was expected to send ${line}`);
}
