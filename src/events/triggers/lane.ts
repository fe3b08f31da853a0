import { HOUR_MS } from '../../domain/time.ts';
import { GIVE_UP_AFTER } from '../../domain/triggers/retries.ts';
import type { PauseReason } from '../../domain/triggers/trigger.ts';
import type { Database } from '../../storage/database.ts';
import { deleteQueued, listQueued, type QueuedEvent } from '../../storage/triggers/queue.ts';
import { pauseTrigger, type TriggerRecord } from '../../storage/triggers/triggers.ts';
import { deliverOnce, entryOf } from './deliver-once.ts';
import type { DeliveryLog } from './delivery-log.ts';
import type { EndpointHealth } from './endpoint-health.ts';
import type { DeliveryRules } from './prepare.ts';

/** The most events of one image that are read, and deleted, at once. */
const LANE = 20;
/** How long a lane begins new requests, ms: what was delivered is then deleted from the queue. */
const LANE_TIME = 60_000;

export interface LaneContext {
  readonly db: Database;
  readonly trigger: TriggerRecord;
  readonly rules: DeliveryRules;
  readonly log: DeliveryLog;
  readonly endpoint: EndpointHealth;
}

/** The events of one image that wait for a trigger: one is sent after the other. */
export class Lane {
  readonly #context: LaneContext;
  readonly #imageId: number;

  constructor(context: LaneContext, imageId: number) {
    this.#context = context;
    this.#imageId = imageId;
  }

  /** Sends until one fails, and deletes from the queue those whose delivery is over. */
  async run(): Promise<void> {
    const { db, trigger } = this.#context;
    const queued = await listQueued(db, trigger.id, this.#imageId, LANE);
    const over: number[] = [];
    const until = Date.now() + LANE_TIME;
    try {
      for (const event of queued) {
        const { isOver, pause } = await this.#handle(event, queued);
        if (isOver) over.push(event.queueId);
        if (pause !== null) await pauseTrigger(db, trigger, pause, Date.now());
        if (!isOver || pause !== null || Date.now() >= until) break;
      }
    } finally {
      if (over.length > 0) await deleteQueued(db, over);
    }
  }

  async #handle(event: QueuedEvent, queued: readonly QueuedEvent[]) {
    const { trigger, log, endpoint } = this.#context;
    const attempt = endpoint.triesOf(event.id) + 1;
    const unsent = this.#endUnsent(event, queued, attempt);
    if (unsent !== null) {
      log.add({ ...entryOf(event, 'event', attempt), ...unsent }, event);
      endpoint.forget(event.id);
      const isDead = unsent.outcome === 'given-up' && endpoint.isDown();
      return { isOver: true, pause: isDead ? ('unreachable' as const) : null };
    }
    if (trigger.pausedAt !== null) return { isOver: false, pause: null };
    return await this.#send(event, attempt);
  }

  /** How an event ends without a request; null: it does not. */
  #endUnsent(event: QueuedEvent, queued: readonly QueuedEvent[], attempt: number) {
    const { trigger, endpoint } = this.#context;
    const isLater = (other: QueuedEvent) =>
      other.queueId > event.queueId && other.tag === event.tag && other.type === event.type;
    if (trigger.action.latestOnly && event.tag !== null && queued.some(isLater)) {
      return { outcome: 'replaced', error: 'a later event of the tag is sent instead' } as const;
    }
    // Of a slow endpoint's long queue, no event has been tried yet; but none waits for ever.
    const isUntried = attempt === 1 && trigger.pausedAt === null && !endpoint.isDown();
    const limit = isUntried ? 2 * GIVE_UP_AFTER : GIVE_UP_AFTER;
    if (Date.now() - event.at < limit) return null;
    const error = `it could not be delivered within ${limit / HOUR_MS} hours`;
    return { outcome: 'given-up', error } as const;
  }

  async #send(
    event: QueuedEvent,
    attempt: number,
  ): Promise<{ isOver: boolean; pause: PauseReason | null }> {
    const { trigger, rules, log, endpoint } = this.#context;
    const { entry, retryAfter } = await deliverOnce(trigger, event, rules, {
      ...{ kind: 'event', attempt },
    });
    // Before the log: what cannot be logged counts as tried, too.
    if (entry.outcome === 'delivered') endpoint.noteSuccess(event.id);
    if (entry.outcome === 'retry') endpoint.noteFailure(event.id, retryAfter, Date.now());
    const isRefused = entry.outcome !== 'delivered' && entry.outcome !== 'retry';
    const status = entry.answer?.status ?? null;
    const pause = isRefused ? endpoint.noteRefusal(event.id, status) : null;
    log.add(entry, event);
    return { isOver: entry.outcome !== 'retry', pause };
  }
}
