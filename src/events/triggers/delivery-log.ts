import { DAY_MS } from '../../domain/time.ts';
import type { Delivery } from '../../domain/triggers/delivery.ts';
import type { EventFacts } from '../../domain/triggers/message.ts';

const KEPT_FOR = 30 * DAY_MS;
/** The most entries, whatever their age. */
const MAX_ENTRIES = 5000;
/** The most entries that are deleted at once. */
const SLICE = 500;
/** The same with each entry that is added, so that the log stays within its bounds. */
const SLICE_OF_ENTRY = 5;
/** The most characters of a request's body that are kept. */
const KEPT_BODY = 16 * 1024;

/** The log of a trigger's deliveries, in the storage of its object. */
export class DeliveryLog {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Makes its table; done again after the storage was emptied. */
  prepare(): void {
    this.#sql.exec(`CREATE TABLE IF NOT EXISTS deliveries (
      id INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, entry TEXT NOT NULL,
      facts TEXT NOT NULL)`);
  }

  /** Adds an entry, with the event that it is about. */
  add(entry: Omit<Delivery, 'id'>, facts: EventFacts): Delivery {
    const { request } = entry;
    const kept = {
      ...entry,
      request: request && { ...request, body: request.body.slice(0, KEPT_BODY) },
    };
    const { id } = this.#sql
      .exec<{ id: number }>(
        'INSERT INTO deliveries (at, entry, facts) VALUES (?, ?, ?) RETURNING id',
        entry.at,
        JSON.stringify(kept),
        JSON.stringify(facts),
      )
      .one();
    this.#deleteOldest(entry.at, SLICE_OF_ENTRY);
    return { ...kept, id };
  }

  /** The newest first, those with an id below `before`. */
  list(before: number, limit: number): Delivery[] {
    return this.#sql
      .exec<{ id: number; entry: string }>(
        'SELECT id, entry FROM deliveries WHERE id < ? ORDER BY id DESC LIMIT ?',
        before,
        limit,
      )
      .toArray()
      .map(({ id, entry }) => ({ ...JSON.parse(entry), id }));
  }

  /** The event of an entry; null if it is no longer kept. */
  findEvent(id: number): EventFacts | null {
    const query = 'SELECT facts FROM deliveries WHERE id = ?';
    const [row] = this.#sql.exec<{ facts: string }>(query, id).toArray();
    return row ? JSON.parse(row.facts) : null;
  }

  /** Deletes a slice of what is too old or too much; answers what is left. */
  prune(now: number): 'nothing' | 'something' | 'too much' {
    if (this.#deleteOldest(now, SLICE) === SLICE) return 'too much';
    const isEmpty = this.#sql.exec('SELECT 1 FROM deliveries LIMIT 1').toArray().length === 0;
    return isEmpty ? 'nothing' : 'something';
  }

  /** Of the oldest `most` entries, deletes those that are too old or too much, and answers how many. */
  #deleteOldest(now: number, most: number): number {
    return this.#sql
      .exec(
        `DELETE FROM deliveries
          WHERE id IN (SELECT id FROM deliveries ORDER BY id LIMIT ?)
            AND (at < ? OR id <= (SELECT max(id) FROM deliveries) - ?)
          RETURNING id`,
        most,
        now - KEPT_FOR,
        MAX_ENTRIES,
      )
      .toArray().length;
  }
}
