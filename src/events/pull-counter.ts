import { DurableObject } from 'cloudflare:workers';
import type { ManifestResolved, ManifestServed, PullNote } from '../domain/pulls.ts';
import { isDue, MINUTE_MS, pastTime } from '../domain/time.ts';
import type { Env } from '../env.ts';
import { openDatabase } from '../storage/database.ts';
import { logFailure } from '../storage/failures.ts';
import { addPulls, hasPulls } from '../storage/pulls.ts';
import {
  beginBatch,
  countBatch,
  createLog,
  endBatch,
  FOLLOWED_WITHIN,
  lastFlushAt,
  logServed,
  readBatch,
  readImageId,
  tidyLog,
} from './pull-log.ts';

/** How long a pull waits for others before it is written to D1, ms. */
const FLUSH_AFTER = 5000;
/** The least time between two flushes, ms: an image costs D1 two writes a minute. */
const FLUSH_EVERY = 30_000;
/** How long after a failed flush the next try is, ms. */
const RETRY_AFTER = 30_000;

/** How long a HEAD by tag explains the client's GET by digest, ms. */
const RESOLVED_FOR = MINUTE_MS;
const MAX_RESOLVED = 1000;

/**
 * Counts the pulls of one image. What counts:
 *
 * - a GET by tag that is answered 200 with the manifest: one pull of the tag;
 * - a GET by digest: one pull of the digest; or of a tag, if a HEAD told the same client within
 *   the last minute that the tag points at this digest, as containerd asks;
 * - but not a GET by digest of a manifest listed in an index that the same client was sent
 *   within the last ten minutes: the index was counted. An index that is sent once explains one
 *   GET of each of its children, so a client that fetches the index once and a child twice has
 *   pulled twice. Clients are distinguished by principal and address. Those that share both
 *   also share what explains their GETs; the sum is still right;
 * - never a HEAD or a 304: no manifest is sent.
 *
 *   note ──▶ log in this object's storage ──alarm──▶ batch ──▶ D1, in one transaction ──▶ deleted
 *
 * A note is durable before it is answered, and counts once even if it arrives twice. D1 stores
 * the number of a batch in the transaction that adds it, so a batch counts once too, even after
 * a crash or a lost answer.
 */
export class PullCounter extends DurableObject<Env> {
  #isLogThere = false;
  /** Tags by client and digest. If the object is evicted, the digest is counted instead. */
  readonly #resolved = new Map<string, { readonly tag: string; readonly at: number }>();

  override async fetch(request: Request): Promise<Response> {
    const note = (await request.json()) as PullNote;
    if (note.kind === 'resolved') this.#resolve(note);
    else await this.#serve(note);
    return new Response(null, { status: 204 });
  }

  /** Writes the log to D1 and deletes what is no longer needed; an idle counter keeps nothing. */
  override async alarm(): Promise<void> {
    const { storage } = this.ctx;
    this.#openLog();
    try {
      await this.#flush();
    } catch (error) {
      // An alarm that throws is retried a few times only.
      logFailure('pulls could not be added to the database', error);
      return await this.#wakeAt(Date.now() + RETRY_AFTER);
    }
    if (!tidyLog(storage, Date.now())) return await this.#wakeAt(Date.now() + FOLLOWED_WITHIN);
    this.#isLogThere = false;
    await storage.deleteAll();
  }

  #resolve({ client, digest, tag }: ManifestResolved): void {
    if (this.#resolved.size >= MAX_RESOLVED) this.#resolved.clear();
    this.#resolved.set(`${client} ${digest}`, { tag, at: Date.now() });
  }

  async #serve(note: ManifestServed): Promise<void> {
    this.#openLog();
    logServed(this.ctx.storage, note, note.tag ?? this.#resolvedTag(note));
    const now = Date.now();
    const earliest = pastTime(lastFlushAt(this.ctx.storage), now) + FLUSH_EVERY;
    await this.#wakeAt(Math.max(now + FLUSH_AFTER, earliest));
  }

  #resolvedTag({ client, digest }: ManifestServed): string | null {
    const resolved = this.#resolved.get(`${client} ${digest}`);
    return resolved && !isDue(resolved.at, RESOLVED_FOR, Date.now()) ? resolved.tag : null;
  }

  async #flush(): Promise<void> {
    const { storage } = this.ctx;
    const db = openDatabase(this.env.DB);
    const imageId = readImageId(storage);
    if (imageId === undefined) return;
    const begun = readBatch(storage);
    // Its transaction may have been committed, and the answer lost.
    if (begun && (await hasPulls(db, imageId, begun.number))) endBatch(storage, begun, Date.now());
    for (;;) {
      const batch = readBatch(storage) ?? beginBatch(storage, Date.now());
      if (!batch) return;
      const counts = countBatch(storage, batch);
      if (counts.length > 0) await addPulls(db, imageId, batch.number, counts, Date.now());
      endBatch(storage, batch, Date.now());
    }
  }

  #openLog(): void {
    if (this.#isLogThere) return;
    createLog(this.ctx.storage);
    this.#isLogThere = true;
  }

  /** Sets the alarm, unless an earlier one is set. */
  async #wakeAt(time: number): Promise<void> {
    const alarm = await this.ctx.storage.getAlarm();
    if (alarm === null || alarm > time) await this.ctx.storage.setAlarm(time);
  }
}
