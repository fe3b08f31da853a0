import * as z from 'zod/mini';
import { FIRST_ADMIN_NAME } from './domain/accounts.ts';
import { choiceFault } from './domain/common-passwords.ts';
import { NOTED_WITHIN } from './domain/pulls.ts';

/** The bindings of wrangler.toml, and the secrets. */
export interface Env {
  readonly DB: D1Database;
  readonly BUCKET: R2Bucket;
  readonly UPLOADS: DurableObjectNamespace;
  readonly PULLS: DurableObjectNamespace;
  readonly COLLECTORS: DurableObjectNamespace;
  readonly TRIGGERS: DurableObjectNamespace;
  readonly ASSETS: Fetcher;
  /** What is free on the disk of a local registry: `npm start` binds it. */
  readonly DISK?: Fetcher;
  /** Sends what goes out of a local registry, only to networks that `npm start` allows. */
  readonly OUTBOUND?: Fetcher;
  readonly FAILED_SIGN_INS: RateLimit | undefined;
  readonly ANONYMOUS_PULLS: RateLimit | undefined;
  readonly NEW_UPLOADS: RateLimit | undefined;
  readonly TOKEN_KEY: string;
  readonly TOKEN_KEY_PREVIOUS?: string;
  readonly CREDENTIAL_KEY: string;
  readonly CREDENTIAL_KEY_PREVIOUS?: string;
  /** `yes` where `npm start` opens networks that are not public (--allow-outbound). */
  readonly OPENED_NETWORKS?: string;
  readonly ADMIN_PASSWORD: string;
  readonly GRACE_SECONDS?: string;
  /** `on` or `off`: whether whole objects are read through Workers Cache. */
  readonly OBJECT_CACHE?: string;
  /** Where weaknesses are reported, for /.well-known/security.txt: an https, mailto or tel URI. */
  readonly SECURITY_CONTACT?: string;
}

const LONG = 'must have 32 characters or more';
const secret = z.string(LONG).check(z.minLength(32, LONG));

const firstPassword = z.string('is missing').check(({ value, issues }) => {
  const message = choiceFault(value, FIRST_ADMIN_NAME);
  if (message !== null) issues.push({ code: 'custom', message, input: value });
});

const schema = z.object({
  /** Signs tokens and upload locations. */
  TOKEN_KEY: secret,
  /** The previous signing key: it verifies until everything it signed has expired. */
  TOKEN_KEY_PREVIOUS: z.optional(secret),
  /** Derives project credentials and the key of triggers' secrets, and hashes generated secrets. */
  CREDENTIAL_KEY: secret,
  /** The one before: it opens the secrets of triggers until they are sealed with the new one. */
  CREDENTIAL_KEY_PREVIOUS: z.optional(secret),
  /** The first admin's password until the admin sets another. */
  ADMIN_PASSWORD: firstPassword,
});

/** The secrets, validated. */
export interface Config {
  readonly tokenKeys: readonly [current: string, ...previous: string[]];
  readonly credentialKey: string;
  /** That one, and the one before while it is changed. */
  readonly credentialKeys: readonly [current: string, ...previous: string[]];
  readonly adminPassword: string;
}

const configs = new WeakMap<Env, Config>();

/**
 * Reads the secrets of an environment, once for each isolate.
 * @throws Error that names every secret that is missing or refused
 */
export function readConfig(env: Env): Config {
  const known = configs.get(env);
  if (known) return known;
  const result = schema.safeParse(env);
  if (!result.success) {
    const faults = result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
    throw new Error(`secrets of this deployment are missing or invalid: ${faults.join('; ')}`);
  }
  const { TOKEN_KEY, TOKEN_KEY_PREVIOUS, CREDENTIAL_KEY, CREDENTIAL_KEY_PREVIOUS } = result.data;
  const config: Config = {
    tokenKeys: TOKEN_KEY_PREVIOUS ? [TOKEN_KEY, TOKEN_KEY_PREVIOUS] : [TOKEN_KEY],
    credentialKey: CREDENTIAL_KEY,
    credentialKeys: CREDENTIAL_KEY_PREVIOUS
      ? [CREDENTIAL_KEY, CREDENTIAL_KEY_PREVIOUS]
      : [CREDENTIAL_KEY],
    adminPassword: result.data.ADMIN_PASSWORD,
  };
  configs.set(env, config);
  return config;
}

/** How long collection waits before it deletes something, in ms. */
export interface Times {
  /** Unused content is kept for this time: a push still finds the content it was told exists. */
  readonly gracePeriod: number;
  /**
   * An object is deleted this time after its row. By then a request that read the key has opened
   * the object: within a minute, or within two if a decision kept the key (src/auth/decisions.ts).
   */
  readonly deletionDelay: number;
  /**
   * What was let go because it was not used is deleted this time later: by then a use from before
   * is known (src/domain/pulls.ts), and a use since then has seen it.
   */
  readonly useDelay: number;
}

const MAX_DELETION_DELAY = 120_000;

const SECONDS = 'GRACE_SECONDS must be a whole number of seconds';
const graceSeconds = z._default(
  z.coerce.number(SECONDS).check(z.int(SECONDS), z.minimum(0, SECONDS)),
  3600,
);

const onOff = z._default(z.enum(['on', 'off'], 'OBJECT_CACHE must be on or off'), 'on');

/**
 * Whether objects are read through Workers Cache: unless OBJECT_CACHE is off. A local registry has none.
 * @throws Error if OBJECT_CACHE is something else
 */
export function hasObjectCache({ OBJECT_CACHE, DISK }: Env): boolean {
  return onOff.parse(OBJECT_CACHE) === 'on' && DISK === undefined;
}

/**
 * The times of a deployment. The grace period is an hour, or GRACE_SECONDS; tests make it shorter.
 * @throws Error if GRACE_SECONDS is not a whole number of seconds
 */
export function readTimes({ GRACE_SECONDS }: Env): Times {
  const gracePeriod = graceSeconds.parse(GRACE_SECONDS) * 1000;
  return {
    gracePeriod,
    deletionDelay: Math.min(gracePeriod, MAX_DELETION_DELAY),
    useDelay: Math.min(gracePeriod, NOTED_WITHIN),
  };
}

/** Whether requests of triggers may go to networks that are not public: only locally. */
export function hasOpenedNetworks({ OPENED_NETWORKS }: Env): boolean {
  return OPENED_NETWORKS === 'yes';
}
