/**
 * Runs several actors at once, and decides by a seed which of them queries the database next, one
 * statement (or batch) at a time, so that a round that fails can be repeated.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { bindings } from '../../../support/worker/database.ts';

/** What every query passes through, in workerd. */
interface Session {
  _send: (...query: unknown[]) => Promise<unknown>;
}

const current = new AsyncLocalStorage<Scheduler>();

class Scheduler {
  readonly #random: () => number;
  readonly #waiting: (() => void)[] = [];
  #alive = 0;

  constructor(random: () => number) {
    this.#random = random;
  }

  async run(actors: readonly (() => Promise<void>)[]): Promise<void> {
    this.#alive = actors.length;
    const results = await Promise.allSettled(
      actors.map((actor) => current.run(this, actor).finally(() => this.#leave())),
    );
    for (const result of results) if (result.status === 'rejected') throw result.reason;
  }

  /** Waits for its turn, which is given once every actor waits for one. */
  async turn(): Promise<void> {
    const turn = new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#next();
    await turn;
  }

  #leave(): void {
    this.#alive--;
    this.#next();
  }

  #next(): void {
    if (this.#waiting.length < this.#alive) return;
    const [go] = this.#waiting.splice(Math.floor(this.#random() * this.#waiting.length), 1);
    go?.();
  }
}

/** Numbers from 0 to below 1, the same for a seed each time. */
export function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Runs actors interleaved by a seed; answers the number of turns. */
export async function interleave(
  actors: readonly (() => Promise<void>)[],
  random: () => number,
): Promise<number> {
  const { alwaysPrimarySession } = bindings.DB as unknown as { alwaysPrimarySession: Session };
  const session: Session = Object.getPrototypeOf(Object.getPrototypeOf(alwaysPrimarySession));
  const send = session._send;
  let turns = 0;
  session._send = async function inTurn(...query) {
    turns++;
    await current.getStore()?.turn();
    return await send.apply(this, query);
  };
  try {
    await new Scheduler(random).run(actors);
    return turns;
  } finally {
    session._send = send;
  }
}
