/** What the simulation does, and what it has seen. All of an isolate has one. */
export const simulation = {
  /** The data center that the client is near: each has a cache of its own, before the upper one. */
  place: 'near',
  /** The version of the Worker that answers. */
  version: 'first',
  /** `cache.cross_version_cache` of wrangler.toml. */
  crossVersion: true,
  /** Waits, in ms: to ask the near tier, the upper tier from there, and the Worker from there. */
  delays: { near: 0, upper: 0, worker: 0 },
  /** Changes answers as they are stored; null: not at all. */
  spoil: null as ((bytes: Uint8Array, headers: Headers) => Uint8Array) | null,
  /** Whether requests to the cache fail. */
  isAway: false,
  /** Whether a purge is taken; the platform limits their rate. */
  takesPurges: true,
  /** Requests to the cache, each with its headers. */
  asked: [] as { readonly url: string; readonly headers: readonly string[] }[],
  /** Addresses that the Worker was run for. */
  ran: [] as string[],
  /** Path prefixes that were purged. */
  purged: [] as string[],
};

const START = structuredClone({ ...simulation, spoil: null });

/** As at first; the tiers keep what they have. */
export function resetSimulation(): void {
  Object.assign(simulation, structuredClone(START));
}
