import { createHash } from 'node:crypto';
import { decodeProtectedHeader, errors, jwtVerify, SignJWT } from 'jose';
import * as z from 'zod/mini';
import { ACCESS_LEVELS, STANDINGS } from '../domain/roles.ts';
import { REPOSITORY_ACTIONS } from '../domain/scopes.ts';
import { MINUTE_MS } from '../domain/time.ts';
import type { Config } from '../env.ts';
import { setBounded } from './bounded-map.ts';

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

/** Of a decision: workspace, project, access, image, published (see Repository); standing. */
const place = z.tuple([
  z.number(),
  z.number(),
  z.enum(ACCESS_LEVELS),
  z.nullable(z.number()),
  z.boolean(),
  z.enum(STANDINGS),
]);

/** What is carried of a decision: see carried-decisions.ts. Times in ms since 1970. */
const carried = { at: z.number(), endsAt: z.nullable(z.number()), epoch: z.number() };

const CLAIMS = {
  access: z.object({
    sub: z.string(),
    stamp: z.string(),
    access: z.array(scope),
    /** Made to be handed on: its holder may do what it covers, and nothing else that `sub` may. */
    delegated: z.optional(z.literal(true)),
    /** Its client asked to push, whatever was granted. */
    toPush: z.optional(z.literal(true)),
    /** What the database said, and of which repository, in the order of `access`. */
    decided: z.optional(
      z.object({ ...carried, name: z.string(), places: z.array(z.nullable(place)) }),
    ),
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
    /** That the principal may push to the repository. */
    decided: z.optional(z.object({ ...carried, sub: z.string(), stamp: z.string(), place })),
  }),
};

type Kind = keyof typeof CLAIMS;
type Claims<K extends Kind> = z.infer<(typeof CLAIMS)[K]>;

/** The claims of an access token: whose it is, and what it allows. */
export type AccessClaims = Claims<'access'>;

/** The claims of an upload's address. */
export type UploadClaims = Claims<'upload'>;

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
    .sign(await signingKey(key));
}

/** A token whose signature is right, and its times in seconds since 1970. */
interface Verified<K extends Kind> {
  readonly claims: Claims<K>;
  /** The key that signed it. */
  readonly key: string;
  readonly issuedAt: number;
  readonly expiresAt: number;
}

/** Access tokens that this isolate has verified, by text: a client sends its token each time. */
const verified = new Map<string, Verified<'access'>>();
const MAX_VERIFIED = 2000;

/** Longer tokens are verified each time, so that what is remembered stays below 8 MB. */
const MAX_VERIFIED_LENGTH = 4096;

/** The claims of a token signed with the current key or the previous one; else null. */
export async function verifyToken<K extends Kind>(
  config: Config,
  kind: K,
  token: string,
): Promise<Claims<K> | null> {
  const known = kind === 'access' ? (verified.get(token) as Verified<K> | undefined) : undefined;
  const found =
    known && config.tokenKeys.includes(known.key)
      ? known
      : await verifySignature(config, kind, token, new Date());
  if (!found || !isInTime(found, Date.now())) return null;
  if (kind === 'access' && found !== known && token.length <= MAX_VERIFIED_LENGTH) {
    setBounded(verified, MAX_VERIFIED, token, found as Verified<'access'>);
  }
  return found.claims;
}

/** Whether a token that verifyToken refuses is one of ours that has expired. */
export async function isExpiredToken(config: Config, kind: Kind, token: string): Promise<boolean> {
  const found = await verifySignature(config, kind, token, new Date(0));
  return found !== null && isOfThePast(found, Date.now());
}

function isInTime(token: Verified<Kind>, now: number): boolean {
  return token.expiresAt > Math.floor(now / 1000) && isOfThePast(token, now);
}

/** A clock that was ahead would make a token good until then, and longer than its lifetime. */
function isOfThePast({ issuedAt }: Verified<Kind>, now: number): boolean {
  return issuedAt * 1000 <= now + MINUTE_MS;
}

async function verifySignature<K extends Kind>(
  config: Config,
  kind: K,
  token: string,
  currentDate: Date,
): Promise<Verified<K> | null> {
  try {
    const { kid } = decodeProtectedHeader(token);
    const key = config.tokenKeys.find((candidate) => keyId(candidate) === kid);
    if (key === undefined) return null;
    const { payload } = await jwtVerify(token, await signingKey(key), {
      algorithms: ['HS256'],
      issuer: 'orlop',
      audience: kind,
      requiredClaims: ['exp', 'iat'],
      currentDate,
    });
    const claims = CLAIMS[kind].safeParse(payload);
    if (!claims.success) return null;
    const times = { issuedAt: Number(payload.iat), expiresAt: Number(payload.exp) };
    return { claims: claims.data as Claims<K>, key, ...times };
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

const signingKeys = new Map<string, CryptoKey>();

async function signingKey(key: string): Promise<CryptoKey> {
  const known = signingKeys.get(key);
  if (known) return known;
  const usages = ['sign', 'verify'] as const;
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  const bytes = new TextEncoder().encode(key);
  const made = await crypto.subtle.importKey('raw', bytes, algorithm, false, [...usages]);
  signingKeys.set(key, made);
  return made;
}
