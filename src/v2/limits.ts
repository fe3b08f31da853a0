import { RegistryError } from '../domain/errors.ts';
import { networkOf } from '../domain/networks.ts';
import { clientAddress } from '../http/client-address.ts';
import type { V2Context } from './http.ts';

/** What a client that was refused is told to wait, in s: docker and containerd then try again. */
const RETRY_AFTER = 10;

/** How long the beginning of an upload waits for its turn, and how often it asks, ms. */
const LONGEST_WAIT = 10_000;
const ASK_EVERY = 1000;

/**
 * Counts an anonymous request against the client's network.
 * @throws RegistryError UNAVAILABLE once it has asked too often
 */
export async function limitAnonymous(c: V2Context): Promise<void> {
  if (await c.var.services.anonymousPulls(networkOf(clientAddress(c)))) return;
  throw tooBusy('too many anonymous pulls from your network: sign in, or try again');
}

/**
 * Counts the beginning of an upload against its principal. Once that has begun too many, it waits
 * for its turn, since skopeo and podman give up at the first refusal.
 * @throws RegistryError UNAVAILABLE if its turn does not come
 */
export async function limitUploads(c: V2Context): Promise<void> {
  const { services, identity } = c.var;
  for (let waited = 0; !(await services.newUploads(identity.subject)); waited += ASK_EVERY) {
    if (waited >= LONGEST_WAIT) throw tooBusy('too many uploads are begun at once: try again');
    await new Promise((resolve) => setTimeout(resolve, ASK_EVERY));
  }
}

/** 503, because docker gives up at 429. */
function tooBusy(message: string): RegistryError {
  return new RegistryError('UNAVAILABLE', message, {
    headers: { 'retry-after': String(RETRY_AFTER) },
  });
}
