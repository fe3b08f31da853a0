import { DurableObject } from 'cloudflare:workers';
import type { ManifestResolved, ManifestServed, PullNote } from '../domain/pulls.ts';
import { MINUTE_MS } from '../domain/time.ts';
import type { Env } from '../env.ts';
import { openDatabase } from '../storage/database.ts';
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

/** A pull waits so long (ms) for others before it goes to D1 … */
const FLUSH_AFTER = 5000;
/** … and after a flush the next one is not before this: an image costs D1 two writes a minute. */
const FLUSH_EVERY = 30_000;
/** When D1 cannot take a flush, ms. */
const RETRY_AFTER = 30_000;

/** How long a client that was told what a tag points at is known to be after that tag, ms. */
const RESOLVED_FOR = MINUTE_MS;
const MAX_RESOLVED = 1000;

/**
 * Counts the pulls of one image. What counts:
 *
 * - a GET by tag that was answered 200 with the manifest: one pull of the tag;
 * - a GET by digest: one pull of the digest; of a tag, where the same client asked by HEAD
 *   within the last minute and was told that this is what the tag points at, as containerd does;
 * - but not a GET by digest of a manifest that an index lists which the same client was sent
 *   within the last ten minutes: that index counted. One sending of an index explains one GET
 *   of each of its children, so a client that fetches the index once and a child twice has
 *   pulled twice. Clients are told apart by principal and address; those who share both share
 *   what explains their GETs, and the sum is right all the same;
 * - never HEAD, and never 304: the client had the manifest, and none was sent.
 *
 *   note ──▶ log in this object's storage ──alarm──▶ batch ──▶ D1, in one transaction ──▶ gone
 *
 * A note is durable before it is answered, and counts once however often it is told. A batch
 * has a number that D1 keeps in the transaction that adds it, so a batch counts once, too,
 * wherever a crash or a lost answer comes between.
 */
export class PullCounter extends DurableObject<Env> {
  #isLogThere = false;
  /** Tags by client and digest. Lost with the object: the digest is counted then. */
  readonly #resolved = new Map<string, { readonly tag: string; readonly until: number }>();

  override async fetch(request: Request): Promise<Response> {
    const note = (await request.json()) as PullNote;
    if (note.kind === 'resolved') this.#resolve(note);
    else await this.#serve(note);
    return new Response(null, { status: 204 });
  }

  /** Flushes what waits, and forgets what is no longer needed; nothing is left in the end. */
  override async alarm(): Promise<void> {
    const { storage } = this.ctx;
    this.#openLog();
    try {
      await this.#flush();
    } catch (error) {
      // Thrown on, it would be tried again a few times only.
      console.error({ message: 'pulls could not be added to the database', error });
      return await this.#wakeAt(Date.now() + RETRY_AFTER);
    }
    if (!tidyLog(storage, Date.now())) return await this.#wakeAt(Date.now() + FOLLOWED_WITHIN);
    this.#isLogThere = false;
    await storage.deleteAll();
  }

  #resolve({ client, digest, tag }: ManifestResolved): void {
    if (this.#resolved.size >= MAX_RESOLVED) this.#resolved.clear();
    this.#resolved.set(`${client} ${digest}`, { tag, until: Date.now() + RESOLVED_FOR });
  }

  async #serve(note: ManifestServed): Promise<void> {
    this.#openLog();
    logServed(this.ctx.storage, note, note.tag ?? this.#resolvedTag(note));
    const earliest = lastFlushAt(this.ctx.storage) + FLUSH_EVERY;
    await this.#wakeAt(Math.max(Date.now() + FLUSH_AFTER, earliest));
  }

  #resolvedTag({ client, digest }: ManifestServed): string | null {
    const resolved = this.#resolved.get(`${client} ${digest}`);
    return resolved && resolved.until > Date.now() ? resolved.tag : null;
  }

  async #flush(): Promise<void> {
    const { storage } = this.ctx;
    const db = openDatabase(this.env.DB);
    const imageId = readImageId(storage);
    if (imageId === undefined) return;
    const begun = readBatch(storage);
    // Its transaction may have been committed without our hearing of it.
    if (begun && (await hasPulls(db, imageId, begun.number))) endBatch(storage, begun, Date.now());
    for (;;) {
      const batch = readBatch(storage) ?? beginBatch(storage, Date.now());
      if (!batch) return;
      const counts = countBatch(storage, batch);
      if (counts.length > 0) await addPulls(db, imageId, batch.number, counts);
      endBatch(storage, batch, Date.now());
    }
  }

  #openLog(): void {
    if (this.#isLogThere) return;
    createLog(this.ctx.storage);
    this.#isLogThere = true;
  }

  /** Sets the alarm, unless it is set to go off before. */
  async #wakeAt(time: number): Promise<void> {
    const alarm = await this.ctx.storage.getAlarm();
    if (alarm === null || alarm > time) await this.ctx.storage.setAlarm(time);
  }
}
