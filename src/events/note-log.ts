import type { UseCount, UseNote } from '../domain/pulls.ts';
import { HOUR_MS, MINUTE_MS, pastTime } from '../domain/time.ts';

/** How long a note may arrive again, ms: longer than its sender retries. */
const TOLD_WITHIN = 20_000;

/** The most manifests of one batch, so that their counts fit one parameter of D1. */
const MAX_BATCH = 5000;

/** The most notes that wait for a flush: all of them are in memory. */
const MAX_WAITING = 2000;

interface KeptNote {
  /** Rises with every note. */
  readonly seq: number;
  readonly arrivedAt: number;
  readonly note: UseNote;
}

/** Notes that are added to D1 together. */
export interface Batch {
  /** Rises with every batch of an image, even if the counter kept nothing in between. */
  readonly number: number;
  /** Its notes are those after the last batch, up to this one. */
  readonly through: number;
}

interface Progress {
  /** The last batch that is in D1. */
  readonly flushed: Batch;
  /** One that was begun, and may be in D1 or not. */
  readonly begun: Batch | null;
}

const START: Progress = { flushed: { number: 0, through: 0 }, begun: null };

/**
 * What the counter of an image keeps in its storage, one value for each key:
 *
 *   note:<id>   a note. If it is in D1, it stays until its sender cannot send it again
 *   progress    how far the notes are in D1; absent before the first batch
 *
 * All of it is in memory as well, and every change is written at once.
 */
export class NoteLog {
  readonly #storage: DurableObjectStorage;
  /** By id, in the order in which they arrived. */
  readonly #notes: Map<string, KeptNote>;
  #progress: Progress;
  #lastSeq: number;

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage;
    this.#progress = storage.kv.get<Progress>('progress') ?? START;
    const kept = [...storage.kv.list<KeptNote>({ prefix: 'note:' })].map(([, one]) => one);
    kept.sort((a, b) => a.seq - b.seq);
    this.#notes = new Map(kept.map((one) => [one.note.id, one]));
    this.#lastSeq = kept.at(-1)?.seq ?? this.#progress.flushed.through;
  }

  /** Keeps a note; one that is here already changes nothing. */
  add(note: UseNote, now: number): void {
    if (this.#notes.has(note.id)) return;
    this.#lastSeq++;
    const kept = { seq: this.#lastSeq, arrivedAt: now, note };
    this.#notes.set(note.id, kept);
    this.#storage.kv.put(`note:${note.id}`, kept);
  }

  /** Whether enough notes are waiting to flush them now. */
  isFull(): boolean {
    return this.#lastSeq - this.#progress.flushed.through >= MAX_WAITING;
  }

  /** The image whose notes these are; undefined without notes. */
  imageId(): number | undefined {
    const [first] = this.#notes.values();
    return first?.note.imageId;
  }

  /** The batch that a crash or an error has left unfinished. */
  begunBatch(): Batch | null {
    return this.#progress.begun;
  }

  /** Determines the next batch; null if there is nothing to flush. */
  beginBatch(now: number): Batch | null {
    let manifests = 0;
    let through = 0;
    for (const { seq, note } of this.#waiting()) {
      manifests += note.manifests.length;
      if (through > 0 && manifests > MAX_BATCH) break;
      through = seq;
    }
    if (through === 0) return null;
    return this.renumber({ number: Math.max(now, this.#progress.flushed.number + 1), through });
  }

  /** Begins a batch, or the one that was begun again under another number. */
  renumber(batch: Batch): Batch {
    this.#write({ ...this.#progress, begun: batch });
    return batch;
  }

  /** The uses of a batch by hour and manifest; a time ahead of the clock counts as now. */
  countBatch({ through }: Batch, now: number): UseCount[] {
    const counts = new Map<string, UseCount>();
    for (const { note } of this.#waiting().filter(({ seq }) => seq <= through)) {
      const at = pastTime(note.at, now);
      const hour = Math.floor(at / HOUR_MS);
      const minute = Math.floor(at / MINUTE_MS) * MINUTE_MS;
      for (const [digest, pulls] of note.manifests) {
        const key = `${hour} ${digest}`;
        const sum = counts.get(key) ?? { digest, hour, pulls: 0, pulledAt: null };
        const pulledAt = pulls > 0 ? Math.max(sum.pulledAt ?? 0, minute) : sum.pulledAt;
        counts.set(key, { ...sum, pulls: sum.pulls + pulls, pulledAt });
      }
    }
    return [...counts.values()];
  }

  /** Records that a batch is in D1. */
  endBatch(batch: Batch): void {
    this.#write({ flushed: batch, begun: null });
  }

  /**
   * Deletes the notes that are in D1 and cannot arrive again (one that is ahead of the clock
   * included), and with the last of them everything. Answers whether nothing is left.
   */
  async tidy(now: number): Promise<boolean> {
    const { through } = this.#progress.flushed;
    for (const [id, { seq, arrivedAt }] of this.#notes) {
      const mayArrive = Math.abs(now - arrivedAt) <= TOLD_WITHIN;
      if (seq > through || mayArrive) continue;
      this.#notes.delete(id);
      this.#storage.kv.delete(`note:${id}`);
    }
    if (this.#notes.size > 0) return false;
    await this.#storage.deleteAll();
    return true;
  }

  /** The notes that are not in D1, in the order in which they arrived. */
  #waiting(): KeptNote[] {
    const { through } = this.#progress.flushed;
    return [...this.#notes.values()].filter(({ seq }) => seq > through);
  }

  #write(progress: Progress): void {
    this.#progress = progress;
    this.#storage.kv.put('progress', progress);
  }
}
