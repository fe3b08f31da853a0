/**
 * Where everything is, as times in ms there and back. A call that waits for the place and its
 * answer takes this much longer than on one machine; what work the place has comes on top.
 */
export interface RegionModel {
  /** From the client to the data centre that runs the Worker. */
  readonly client: number;
  /** D1's primary. */
  readonly database: { readonly read: number; readonly write: number };
  /** The replica of D1 nearest to the Worker. `lag`: it shows the database as it was then, ms ago. */
  readonly replica: { readonly read: number; readonly lag: number };
  readonly bucket: { readonly get: number; readonly put: number };
  /**
   * A Durable Object: `first`, when its name is used for the first time, which asks around the
   * world whether it exists; `later`, and one by unique id, which is made where it is asked for.
   */
  readonly objects: { readonly first: number; readonly later: number };
  /**
   * Workers Cache: the tier in the data centre, and the one above it. Documented: the tiers, what is
   * asked after what, and that requests for one object are collapsed. Assumed: the times, that one
   * upper tier serves all places, and that it keeps what another place has pulled.
   * https://blog.cloudflare.com/workers-cache/
   */
  readonly cache: { readonly near: number; readonly upper: number };
}

/** A client in Sydney, the database in the western US, the bucket with it. */
export const SYDNEY: RegionModel = {
  client: 8,
  database: { read: 160, write: 175 },
  replica: { read: 10, lag: 0 },
  bucket: { get: 200, put: 300 },
  objects: { first: 250, later: 10 },
  cache: { near: 4, upper: 60 },
};

/** Whether a request finds what an earlier one has left in the memory of its isolate. */
export const MEMORIES = ['always', 'sometimes', 'never'] as const;
export type Memory = (typeof MEMORIES)[number];

/** The number of a request, by which its calls are found. */
export const TRACE_HEADER = 'x-world-request';

/** What the bench asks the Worker itself, which is in front of the registry. */
export const CONTROL_HEADER = 'x-world-control';
export type Control = 'forget' | 'move' | 'traces';

/** What the Worker tells or asks the replica. `since`: it must show what was written by then. */
export type ReplicaRequest =
  | 'committed'
  | {
      readonly since: number;
      readonly queries: readonly { readonly sql: string; readonly params: readonly unknown[] }[];
    };

/** `until`: what was written by then is in the rows. */
export type ReplicaAnswer =
  | { readonly isBehind: true }
  | { readonly isBehind: false; readonly until: number; readonly results: readonly ReplicaRows[] };

/** What a query found, each row in the order of its columns. */
export interface ReplicaRows {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
}

/** The settings of a run, as its Worker gets them. */
export interface World {
  readonly model: RegionModel;
  readonly memory: Memory;
}
