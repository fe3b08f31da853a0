import { RegistryError } from '../domain/errors.ts';
import { networkOf } from '../domain/networks.ts';
import type { Config } from '../env.ts';
import type { Limiter } from '../rate-limits.ts';
import { fingerprint } from './secrets.ts';

/** What a client shows to prove who it is. */
export type ShownProof = {
  /** IP address of the client. */
  readonly address: string;
} & (
  | {
      /** A generated secret, a token or a cookie, which no one guesses, with all that belongs to it. */
      readonly secret: string;
    }
  | {
      /** Of a user's password: whether it was right here before, see proven-passwords.ts. */
      readonly isProven: boolean;
    }
);

/** How long an isolate refuses a network without asking the limit again, ms. */
const REFUSED_FOR = 10_000;

/** Until when this isolate refuses a network, ms since 1970. */
const refusedUntil = new Map<string, number>();
const MAX_NETWORKS = 10_000;

/** Keyed fingerprints of the generated secrets that this isolate has seen to be right. */
const proven = new Set<string>();
const MAX_PROVEN = 10_000;

/** The errors of a client that could not prove who it is. */
const FAILURES = ['SIGN_IN_FAILED', 'UNAUTHORIZED', 'TOO_MANY_REQUESTS'];

/**
 * Makes an attempt to prove who a client is. Only failures count against the client's network; once
 * it has too many, whatever this isolate has not yet seen to be right is refused before it costs a
 * hash or a query. So a stranger's guesses stop no one who is already working at the same address, but
 * the user whose password is guessed there.
 * @param prove throws SIGN_IN_FAILED, UNAUTHORIZED or TOO_MANY_REQUESTS when the attempt fails
 * @throws RegistryError TOO_MANY_REQUESTS, and what `prove` throws
 */
export async function limitFailures<T>(
  limiter: Limiter,
  config: Config,
  shown: ShownProof,
  prove: () => Promise<T>,
): Promise<T> {
  const print = 'secret' in shown ? printOf(config, shown.secret) : null;
  const isProven = 'isProven' in shown ? shown.isProven : print !== null && proven.has(print);
  if (!isProven) refuseNetwork(networkOf(shown.address));
  try {
    const result = await prove();
    if (proven.size >= MAX_PROVEN) proven.clear();
    if (print !== null) proven.add(print);
    return result;
  } catch (error) {
    if (!(error instanceof RegistryError) || !FAILURES.includes(error.code)) throw error;
    // What was right has to wait for the guesses of others.
    if (isProven && error.code === 'TOO_MANY_REQUESTS') throw error;
    if (print !== null) proven.delete(print);
    await countFailure(limiter, shown.address);
    throw error;
  }
}

const printOf = (config: Config, secret: string) =>
  fingerprint(config.credentialKey, JSON.stringify(['proven', secret]));

/**
 * Counts a failed attempt that has cost neither a hash nor a query.
 * @throws RegistryError TOO_MANY_REQUESTS once the client's network has had too many
 */
export async function countFailure(limiter: Limiter, address: string): Promise<void> {
  const network = networkOf(address);
  refuseNetwork(network);
  if (await limiter(network)) return;
  if (refusedUntil.size >= MAX_NETWORKS) refusedUntil.clear();
  refusedUntil.set(network, Date.now() + REFUSED_FOR);
  refuseNetwork(network);
}

/** @throws RegistryError TOO_MANY_REQUESTS while this isolate refuses a network */
function refuseNetwork(network: string): void {
  const left = (refusedUntil.get(network) ?? 0) - Date.now();
  // A longer time means that the clock was set back.
  if (left <= 0 || left > REFUSED_FOR) return;
  const seconds = Math.ceil(left / 1000);
  throw new RegistryError(
    'TOO_MANY_REQUESTS',
    `too many failed sign-ins from your network: wait ${seconds} s`,
    { headers: { 'retry-after': String(seconds) } },
  );
}
