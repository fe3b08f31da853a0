/** The disk of a local registry, as `npm start` describes it to the Worker. */

/** What is free, what pushes leave free, and when a write failed for lack of space. */
export interface DiskState {
  free: number;
  reserve: number;
  failedAt: number | null;
}

/** A disk whose state a test changes; the Worker believes what it was told for half a second. */
export function diskOf(state: DiskState): Fetcher {
  return { fetch: async () => Response.json(state) } as unknown as Fetcher;
}
