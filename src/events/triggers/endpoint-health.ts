import { HOUR_MS, pastTime } from '../../domain/time.ts';
import { MAX_REFUSALS, waitAfter } from '../../domain/triggers/retries.ts';
import type { PauseReason } from '../../domain/triggers/trigger.ts';

/** Failures in a row after which an endpoint counts as down, so that one try at a time knocks. */
const DOWN_AFTER = 3;

interface Health {
  /** Tries in a row that failed, of any event. */
  readonly failures: number;
  readonly nextAt: number;
  /** Answers in a row that refused an event for good. */
  readonly refusals: number;
}

const WELL: Health = { failures: 0, nextAt: 0, refusals: 0 };

interface Tries {
  readonly count: number;
  readonly nextAt: number;
}

/**
 * What a trigger's object knows of its endpoint and of the events that failed:
 *
 *   health          of the endpoint
 *   tries:<event>   of an event that waits for another try
 *
 * While an endpoint is down, only one event is tried at a time; the first success makes all due.
 */
export class EndpointHealth {
  readonly #kv: SyncKvStorage;

  constructor(storage: DurableObjectStorage) {
    this.#kv = storage.kv;
  }

  get #health(): Health {
    return this.#kv.get<Health>('health') ?? WELL;
  }

  isDown(): boolean {
    return this.#health.failures >= DOWN_AFTER;
  }

  /** When an event may be tried, ms. A time that a wrong clock set counts for an hour at most. */
  dueAt(eventId: string, now: number): number {
    const { nextAt } = this.#tries(eventId);
    const earliest = this.isDown() ? Math.max(nextAt, this.#health.nextAt) : nextAt;
    return pastTime(earliest, now + HOUR_MS);
  }

  /** The number of tries of an event that failed. */
  triesOf(eventId: string): number {
    return this.#tries(eventId).count;
  }

  #tries(eventId: string): Tries {
    return this.#kv.get<Tries>(`tries:${eventId}`) ?? { count: 0, nextAt: 0 };
  }

  /** Notes a success: what failed before is due now if the endpoint was down. */
  noteSuccess(eventId: string): void {
    if (this.isDown()) {
      for (const [key, tries] of this.#kv.list<Tries>({ prefix: 'tries:' })) {
        this.#kv.put(key, { ...tries, nextAt: 0 });
      }
    }
    this.#kv.put('health', WELL);
    this.forget(eventId);
  }

  /** Notes a failure that another try may mend. */
  noteFailure(eventId: string, retryAfter: number | null, now: number): void {
    const count = this.triesOf(eventId) + 1;
    const wait = waitAfter(count, retryAfter, Math.random());
    this.#kv.put(`tries:${eventId}`, { count, nextAt: now + wait });
    const { failures, refusals } = this.#health;
    const nextAt = now + waitAfter(failures + 1, retryAfter, Math.random());
    this.#kv.put('health', { failures: failures + 1, nextAt, refusals });
  }

  /**
   * Notes that the endpoint refused an event for good. Answers why the trigger is to be paused;
   * null: it is not.
   */
  noteRefusal(eventId: string, status: number | null): PauseReason | null {
    this.forget(eventId);
    const refusals = this.#health.refusals + 1;
    this.#kv.put('health', { ...WELL, refusals });
    if (status === 410) return 'gone';
    return refusals >= MAX_REFUSALS ? 'refused' : null;
  }

  /** Forgets an event whose delivery is over. */
  forget(eventId: string): void {
    this.#kv.delete(`tries:${eventId}`);
  }

  /** Begins anew, as for a trigger that was changed. */
  reset(): void {
    for (const [key] of this.#kv.list({ prefix: 'tries:' })) this.#kv.delete(key);
    this.#kv.delete('health');
  }
}
