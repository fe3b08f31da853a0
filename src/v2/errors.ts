import { ERRORS, RegistryError } from '../domain/errors.ts';
import { reportUnexpected } from '../http/unexpected.ts';
import type { V2Context } from './http.ts';

/**
 * Renders every error of /v2 as the specification's envelope.
 * https://github.com/opencontainers/distribution-spec/blob/main/spec.md#error-codes
 */
export async function renderError(error: unknown, c: V2Context): Promise<Response> {
  const known = error instanceof RegistryError ? error : await reportUnexpected(error, c.env.DISK);
  const headers = new Headers(known.extras.headers);
  if (known.status === 401) headers.set('www-authenticate', challenge(c));
  if (known.status === 503 && !headers.has('retry-after')) headers.set('retry-after', '5');
  const { code } = ERRORS[known.code];
  const entries = known.extras.entries?.length
    ? known.extras.entries.map((entry) => ({ code, ...entry }))
    : [{ code, message: messageOf(known, c), detail: known.extras.detail }];
  headers.set('content-type', 'application/json');
  headers.set('cache-control', 'no-store');
  return new Response(JSON.stringify({ errors: entries }), { status: known.status, headers });
}

/** Clients show the message alone, so it says where. */
function messageOf({ code, message }: RegistryError, c: V2Context): string {
  if (code !== 'PASSWORD_CHANGE_REQUIRED') return message;
  return `${message}: sign in at ${new URL(c.req.url).origin}`;
}

/** https://distribution.github.io/distribution/spec/auth/token/ */
function challenge(c: V2Context): string {
  const { origin, host } = new URL(c.req.url);
  const scope = c.var.challengeScope;
  const parts = [`realm="${origin}/v2/token"`, `service="${host}"`];
  if (scope) parts.push(`scope="${scope}"`);
  if (c.req.header('authorization')) {
    parts.push(`error="${c.var.identity ? 'insufficient_scope' : 'invalid_token'}"`);
  }
  return `Bearer ${parts.join(',')}`;
}
