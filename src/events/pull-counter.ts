import { DurableObject } from 'cloudflare:workers';
import { COUNTER_URLS, type UseNote } from '../domain/pulls.ts';
import { MINUTE_MS, pastTime } from '../domain/time.ts';
import type { Env } from '../env.ts';
import { openDatabase } from '../storage/database.ts';
import { logFailure } from '../storage/failures.ts';
import { addUses, readLastBatch } from '../storage/pulls.ts';
import { type Batch, NoteLog } from './note-log.ts';

/** How long the first note after a quiet time waits for others before it is written to D1, ms. */
const FLUSH_AFTER = 25_000;
/** The least time between two flushes, ms. */
const FLUSH_EVERY = 5 * MINUTE_MS;
/** How long after a failed flush the next try is, ms. */
const RETRY_AFTER = 30_000;

/**
 * Counts the pulls of one image, and notes the last use of its manifests. What is a pull, and what a
 * use, is decided where the request is answered (src/registry/pulls.ts); this only adds up.
 *
 *   note ──▶ this object's storage ──alarm, or a collection asks──▶ batch ──▶ D1, in one transaction
 *
 * A note is durable before it is answered, and counts once even if it arrives twice. D1 stores
 * the number of a batch in the transaction that adds it, so a batch counts once too, even after
 * a crash or a lost answer.
 */
export class PullCounter extends DurableObject<Env> {
  readonly #notes = new NoteLog(this.ctx.storage);
  /** In memory only: an object that was quiet for so long that it was evicted flushes at once. */
  #flushedAt = 0;
  #flushing: Promise<void> | null = null;

  override async fetch(request: Request): Promise<Response> {
    if (request.url === COUNTER_URLS.flush) await this.#flush();
    else if (request.url === COUNTER_URLS.note) await this.#add((await request.json()) as UseNote);
    // A Worker of another release may say what this one does not know.
    else return new Response(null, { status: 404 });
    return new Response(null, { status: 204 });
  }

  /** Writes the notes to D1 and deletes what is no longer needed; an idle counter keeps nothing. */
  override async alarm(): Promise<void> {
    try {
      await this.#flush();
    } catch (error) {
      // An alarm that throws is retried a few times only.
      logFailure('pulls could not be added to the database', error);
      return await this.#wakeAt(Date.now() + RETRY_AFTER);
    }
    if (!(await this.#notes.tidy(Date.now()))) await this.#wakeAt(Date.now() + FLUSH_EVERY);
  }

  async #add(note: UseNote): Promise<void> {
    const now = Date.now();
    this.#notes.add(note, now);
    const earliest = pastTime(this.#flushedAt, now) + FLUSH_EVERY;
    await this.#wakeAt(this.#notes.isFull() ? now : Math.max(now + FLUSH_AFTER, earliest));
  }

  /** Brings every note that has arrived to D1. */
  async #flush(): Promise<void> {
    this.#flushing ??= this.#flushAll().finally(() => {
      this.#flushing = null;
    });
    await this.#flushing;
  }

  async #flushAll(): Promise<void> {
    const db = openDatabase(this.env.DB);
    for (;;) {
      const imageId = this.#notes.imageId();
      if (imageId === undefined) return;
      const begun = this.#notes.begunBatch();
      const batch = begun ? await this.#resume(imageId, begun) : this.#notes.beginBatch(Date.now());
      if (!batch) return;
      const uses = this.#notes.countBatch(batch, Date.now());
      if (uses.length > 0) await addUses(db, imageId, batch.number, uses, Date.now());
      this.#notes.endBatch(batch);
      this.#flushedAt = Date.now();
    }
  }

  /** Continues a batch whose transaction may have been committed, and the answer lost. */
  async #resume(imageId: number, begun: Batch): Promise<Batch | null> {
    const last = await readLastBatch(openDatabase(this.env.DB), imageId);
    if (last === begun.number) {
      this.#notes.endBatch(begun);
      return this.#notes.beginBatch(Date.now());
    }
    // By a clock that was behind: D1 can never take it under that number.
    const isBehind = last > begun.number && last <= Date.now() + MINUTE_MS;
    return isBehind ? this.#notes.renumber({ ...begun, number: last + 1 }) : begun;
  }

  /** Sets the alarm, unless an earlier one is set. */
  async #wakeAt(time: number): Promise<void> {
    const alarm = await this.ctx.storage.getAlarm();
    if (alarm === null || alarm > time) await this.ctx.storage.setAlarm(time);
  }
}
