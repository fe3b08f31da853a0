import * as z from 'zod/mini';
import { isAnonymousPullKnownOff } from '../auth/anonymous-pull.ts';
import { parseBasic } from '../auth/authenticate.ts';
import { countFailure } from '../auth/failed-sign-ins.ts';
import type { Grant } from '../auth/grants.ts';
import { issueRefreshToken } from '../auth/refresh-tokens.ts';
import {
  grantToAnonymous,
  refreshForScopes,
  scopesOfGrant,
  signGrant,
  signInForScopes,
} from '../auth/scoped-sign-in.ts';
import { signInServices } from '../auth/sign-in.ts';
import { noteTokenUse } from '../auth/token-use.ts';
import { ACCESS_TOKEN_SECONDS, isExpiredToken, verifyToken } from '../auth/tokens.ts';
import { RegistryError } from '../domain/errors.ts';
import { asksToPush, formatScope, parseScopes } from '../domain/scopes.ts';
import { clientAddress } from '../http/client-address.ts';
import { singleQuery, type V2Context } from './http.ts';
import { limitAnonymous } from './limits.ts';

/**
 * A token for the scopes in the query: for the principal of the Basic header, or for anonymous.
 * https://distribution.github.io/distribution/spec/auth/token/
 */
export async function serveToken(c: V2Context): Promise<Response> {
  const header = c.req.header('authorization');
  const basic = header ? parseBasic(header) : null;
  if (header && !basic) throw new RegistryError('UNAUTHORIZED', 'this endpoint takes Basic only');
  const { services, config } = c.var;
  const address = clientAddress(c);
  const offline = singleQuery(c, 'offline_token') === 'true';
  const scopes = c.req.queries('scope') ?? [];
  const requested = parseScopes(scopes);
  if (!basic && !isAnonymousPullKnownOff()) await limitAnonymous(c);
  const grant = basic
    ? await signInForScopes(signInServices(c), config, { ...basic, address }, requested, offline)
    : await grantToAnonymous(services.db, requested);
  return await issue(c, grant, scopes, offline);
}

const form = z.discriminatedUnion('grant_type', [
  z.object({
    grant_type: z.literal('password'),
    username: z.string(),
    password: z.string(),
    scope: z._default(z.string(), ''),
    access_type: z._default(z.enum(['online', 'offline']), 'online'),
  }),
  z.object({
    grant_type: z.literal('refresh_token'),
    refresh_token: z.string(),
    scope: z._default(z.string(), ''),
    access_type: z._default(z.enum(['online', 'offline']), 'online'),
  }),
]);

/** https://distribution.github.io/distribution/spec/auth/oauth/ */
export async function grantToken(c: V2Context): Promise<Response> {
  const parsed = form.safeParse(await readForm(c));
  if (!parsed.success) {
    throw new RegistryError(
      'PARAMETER_INVALID',
      'expected the form fields grant_type=password with username and password, or grant_type=refresh_token with refresh_token',
    );
  }
  const { config, services } = c.var;
  const { data } = parsed;
  const address = clientAddress(c);
  const scopes = [data.scope];
  const requested = parseScopes(scopes);
  if (data.grant_type === 'password') {
    const offline = data.access_type === 'offline';
    const given = { ...data, address };
    const grant = await signInForScopes(signInServices(c), config, given, requested, offline);
    return await issue(c, grant, scopes, offline);
  }
  const claims = await verifyToken(config, 'refresh', data.refresh_token);
  if (claims === null) {
    const isOurs = await isExpiredToken(config, 'refresh', data.refresh_token);
    if (!isOurs) await countFailure(services.failedSignIns, address);
    throw new RegistryError('UNAUTHORIZED', 'the refresh token has ended: sign in again');
  }
  const grant = await refreshForScopes(services.db, config, claims, requested);
  return await answer(c, grant, scopes, data.refresh_token);
}

async function readForm(c: V2Context): Promise<unknown> {
  try {
    return await c.req.parseBody();
  } catch {
    return null;
  }
}

/** The answer to a sign-in; with a refresh token where that is asked for and the client gets one. */
async function issue(
  c: V2Context,
  grant: Grant,
  scopes: readonly string[],
  offline: boolean,
): Promise<Response> {
  const { config, services } = c.var;
  const client = { userAgent: c.req.header('user-agent') ?? '', address: clientAddress(c) };
  const refresh = offline
    ? await issueRefreshToken(services.db, config, grant.identity, client)
    : null;
  return await answer(c, grant, scopes, refresh);
}

/**
 * A token limited to the part of the requested scopes that was granted.
 * @param scopes as they were requested
 */
async function answer(
  c: V2Context,
  grant: Grant,
  scopes: readonly string[],
  refresh: string | null,
): Promise<Response> {
  const { config, services } = c.var;
  const use = { address: clientAddress(c), context: () => c.executionCtx };
  noteTokenUse(services.db, grant.identity.subject, use);
  const token = await signGrant(config, grant, asksToPush(scopes));
  return c.json({
    token,
    access_token: token,
    expires_in: ACCESS_TOKEN_SECONDS,
    issued_at: new Date().toISOString(),
    scope: scopesOfGrant(grant).map(formatScope).join(' '),
    ...(refresh === null ? {} : { refresh_token: refresh }),
  });
}
