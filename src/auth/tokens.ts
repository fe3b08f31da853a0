import { createHash } from 'node:crypto';
import { decodeProtectedHeader, errors, jwtVerify, SignJWT } from 'jose';
import * as z from 'zod/mini';
import { REPOSITORY_ACTIONS } from '../domain/scopes.ts';
import { MINUTE_MS } from '../domain/time.ts';
import type { Config } from '../env.ts';

/** Lifetime of an access token, in seconds. */
export const ACCESS_TOKEN_SECONDS = 15 * 60;

/** Longest lifetime of a refresh token (docker's identity token), in seconds. */
export const REFRESH_TOKEN_SECONDS = 90 * 24 * 60 * 60;

/** Lifetime of an upload's address, in seconds. */
const UPLOAD_SECONDS = 24 * 60 * 60;

const scope = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('repository'),
    name: z.string(),
    actions: z.array(z.enum(REPOSITORY_ACTIONS)),
  }),
  z.object({
    type: z.literal('registry'),
    name: z.literal('catalog'),
    actions: z.array(z.literal('*')),
  }),
]);

const CLAIMS = {
  access: z.object({
    sub: z.string(),
    stamp: z.string(),
    access: z.array(scope),
    /** Made to be handed on: its holder may do what it covers, and nothing else that `sub` may. */
    delegated: z.optional(z.literal(true)),
    /** Its client asked to push, whatever was granted. */
    toPush: z.optional(z.literal(true)),
  }),
  /** `sub` names the row of the refresh token. */
  refresh: z.object({ sub: z.string().check(z.regex(/^refresh:\d+$/)), stamp: z.string() }),
  /** `jti` is the text of the id of the upload's Durable Object. */
  upload: z.object({
    jti: z.string().check(z.regex(/^[0-9a-f]{64}$/)),
    repository: z.string(),
    /** See principalName. */
    principal: z.string(),
    algorithm: z.enum(['sha256', 'sha512']),
    /** Whether its object has been written. */
    written: z.boolean(),
  }),
};

type Kind = keyof typeof CLAIMS;
type Claims<K extends Kind> = z.infer<(typeof CLAIMS)[K]>;

/** The claims of an access token: whose it is, and what it allows. */
export type AccessClaims = Claims<'access'>;

/** The claims of a refresh token: which one it is. */
export type RefreshClaims = Claims<'refresh'>;

const LIFETIME: Record<Kind, number> = {
  access: ACCESS_TOKEN_SECONDS,
  refresh: REFRESH_TOKEN_SECONDS,
  upload: UPLOAD_SECONDS,
};

/**
 * Signs claims of one kind (HS256) with the current key. The kind is the token's audience, so that
 * a token of one kind is never accepted as another.
 */
export async function signToken<K extends Kind>(
  config: Config,
  kind: K,
  claims: Claims<K>,
): Promise<string> {
  const [key] = config.tokenKeys;
  return await new SignJWT({ ...claims })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT', kid: keyId(key) })
    .setIssuer('orlop')
    .setAudience(kind)
    .setIssuedAt()
    .setExpirationTime(`${LIFETIME[kind]}s`)
    .sign(new TextEncoder().encode(key));
}

/** The claims of a token signed with the current key or the previous one; else null. */
export async function verifyToken<K extends Kind>(
  config: Config,
  kind: K,
  token: string,
): Promise<Claims<K> | null> {
  return await verifyTokenAt(config, kind, token, new Date());
}

/** Whether a token that verifyToken refuses is one of ours that has expired. */
export async function isExpiredToken(config: Config, kind: Kind, token: string): Promise<boolean> {
  return (await verifyTokenAt(config, kind, token, new Date(0))) !== null;
}

async function verifyTokenAt<K extends Kind>(
  config: Config,
  kind: K,
  token: string,
  currentDate: Date,
): Promise<Claims<K> | null> {
  try {
    const { kid } = decodeProtectedHeader(token);
    const key = config.tokenKeys.find((candidate) => keyId(candidate) === kid);
    if (key === undefined) return null;
    const { payload } = await jwtVerify(token, new TextEncoder().encode(key), {
      algorithms: ['HS256'],
      issuer: 'orlop',
      audience: kind,
      requiredClaims: ['exp', 'iat'],
      currentDate,
    });
    // Signed by a clock that was ahead: it would be good until then, and longer than its lifetime.
    if (Number(payload.iat) * 1000 > Date.now() + MINUTE_MS) return null;
    const claims = CLAIMS[kind].safeParse(payload);
    return claims.success ? (claims.data as Claims<K>) : null;
  } catch (error) {
    if (error instanceof errors.JOSEError || error instanceof TypeError) return null;
    throw error;
  }
}

const keyIds = new Map<string, string>();

function keyId(key: string): string {
  const known = keyIds.get(key);
  if (known) return known;
  const id = createHash('sha256').update(`kid:${key}`).digest('hex').slice(0, 16);
  keyIds.set(key, id);
  return id;
}
