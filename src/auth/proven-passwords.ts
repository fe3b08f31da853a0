import type { Config } from '../env.ts';
import type { Attempt } from './attempts.ts';
import { setBounded } from './bounded-map.ts';
import { fingerprint } from './secrets.ts';

/** What a client shows to sign in, and from where. */
export interface SignIn extends Attempt {
  readonly password: string;
}

/**
 * Keyed fingerprints of an account and the address that recently signed in to it, and of what it
 * signed in with; null once something else was tried there. Clients of Basic show the same with
 * every request.
 */
const places = new Map<string, string | null>();
const MAX_PLACES = 1000;

/** Remembers a password that was found to be right. */
export function prove(config: Config, given: SignIn): void {
  setBounded(places, MAX_PLACES, placeOf(config, given), proofOf(config, given));
}

/** Whether this password was the last that was tried at the address, and right. */
export function isProven(config: Config, given: SignIn): boolean {
  return places.get(placeOf(config, given)) === proofOf(config, given);
}

/**
 * Makes the database decide about what comes next from an address where an unproven password is
 * tried: while it makes guessers wait, the right password must not be told apart from a wrong one.
 */
export function forgetProof(config: Config, given: SignIn): void {
  const place = placeOf(config, given);
  if (places.has(place)) places.set(place, null);
}

/** Whether this isolate has seen the account sign in from the address. */
export function isFamiliar(config: Config, given: SignIn): boolean {
  return places.has(placeOf(config, given));
}

function placeOf(config: Config, { username, address }: SignIn): string {
  return fingerprint(config.credentialKey, JSON.stringify(['place', username, address]));
}

function proofOf(config: Config, { username, address, password }: SignIn): string {
  return fingerprint(config.credentialKey, JSON.stringify([username, address, password]));
}
