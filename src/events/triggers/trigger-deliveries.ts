import { DurableObject } from 'cloudflare:workers';
import { DAY_MS, HOUR_MS } from '../../domain/time.ts';
import { DELIVERY_URLS, type Delivery } from '../../domain/triggers/delivery.ts';
import type { EventFacts } from '../../domain/triggers/message.ts';
import { GIVE_UP_AFTER } from '../../domain/triggers/retries.ts';
import type { Env } from '../../env.ts';
import { openDatabase } from '../../storage/database.ts';
import { logFailure } from '../../storage/failures.ts';
import { listQueueHeads, type QueueHead } from '../../storage/triggers/queue.ts';
import { findTrigger, type TriggerRecord } from '../../storage/triggers/triggers.ts';
import { deliverOnce, readRules } from './deliver-once.ts';
import { DeliveryLog } from './delivery-log.ts';
import { EndpointHealth } from './endpoint-health.ts';
import { Lane, type LaneContext } from './lane.ts';

/** Requests of waiting events that are in flight at once, each of another image. */
const IN_FLIGHT = 5;
/** Those of tests and redeliveries. */
const BY_HAND = 3;
/** Rounds of an alarm, of at most IN_FLIGHT lanes each. */
const ROUNDS = 20;
/** How long an alarm begins new rounds, ms: the platform ends it after 15 minutes. */
const ALARM_TIME = 300_000;
/** The most images whose first event is looked at. */
const MAX_HEADS = 1000;
/** How long after an error the next try is, ms. */
const RETRY_AFTER = 30_000;
/** How long after a full slice of the log was deleted the next one is, ms. */
const PRUNE_AGAIN = 1000;

interface Call {
  readonly triggerId: number;
}

/**
 * Delivers the events that wait for one trigger. What waits is in D1 (`trigger_events`), written
 * in the transaction of the change that an event tells of; this object holds what came of the
 * tries, and the log.
 *
 *   woken ──▶ alarm ──▶ the first events of some images ──▶ sent ──▶ deleted from D1 ──▶ alarm …
 *
 * The next event of an image is sent after the one before is delivered or given up. An object that
 * ends between an answer and the deletion sends that event again, under the same webhook-id.
 */
export class TriggerDeliveries extends DurableObject<Env> {
  readonly #log = new DeliveryLog(this.ctx.storage.sql);
  readonly #endpoint = new EndpointHealth(this.ctx.storage);
  /** Number of wake-up calls. */
  #calls = 0;
  #byHand = 0;

  override async fetch(request: Request): Promise<Response> {
    this.#log.prepare();
    const { url } = request;
    if (url === DELIVERY_URLS.wake) return await this.#wake(await request.json());
    if (url === DELIVERY_URLS.list) return this.#list(await request.json());
    if (url === DELIVERY_URLS.test) return await this.#test(await request.json());
    if (url === DELIVERY_URLS.redeliver) return await this.#redeliver(await request.json());
    // A Worker of another release may say what this one does not know.
    return new Response(null, { status: 404 });
  }

  override async alarm(): Promise<void> {
    this.#log.prepare();
    const calls = this.#calls;
    try {
      const next = await this.#deliver();
      if (next !== null) await this.#wakeAt(next);
      else if (calls === this.#calls) await this.ctx.storage.deleteAll();
      else await this.#wakeAt(Date.now());
    } catch (error) {
      // An alarm that throws is retried a few times only.
      logFailure('events could not be delivered', error);
      await this.#wakeAt(Date.now() + RETRY_AFTER);
    }
  }

  /** Events wait for the trigger; `changed`: it was saved, and what failed before is tried anew. */
  async #wake({ triggerId, changed }: Call & { changed?: boolean }): Promise<Response> {
    this.#calls++;
    this.ctx.storage.kv.put('trigger', triggerId);
    if (changed) this.#endpoint.reset();
    const isWaiting = this.#endpoint.isDown() && (await this.ctx.storage.getAlarm()) !== null;
    if (!isWaiting) await this.#wakeAt(Date.now());
    return new Response(null, { status: 204 });
  }

  #list({ before, limit }: { before: number; limit: number }): Response {
    return Response.json(this.#log.list(before, limit));
  }

  async #test({ triggerId, facts }: Call & { facts: EventFacts }): Promise<Response> {
    return await this.#sendByHand(triggerId, 'test', facts);
  }

  async #redeliver({ triggerId, deliveryId }: Call & { deliveryId: number }): Promise<Response> {
    return await this.#sendByHand(triggerId, 'redelivery', this.#log.findEvent(deliveryId));
  }

  /** Sends one request now, whatever waits, and answers its entry of the log. */
  async #sendByHand(
    triggerId: number,
    kind: 'test' | 'redelivery',
    facts: EventFacts | null,
  ): Promise<Response> {
    if (this.#byHand >= BY_HAND) return new Response(null, { status: 429 });
    this.#byHand++;
    try {
      const db = openDatabase(this.env.DB);
      const trigger = await findTrigger(db, triggerId);
      if (!trigger || !facts) return new Response(null, { status: 404 });
      const rules = await readRules(this.env, db);
      const { entry } = await deliverOnce(trigger, facts, rules, { kind, attempt: 1 });
      const outcome = entry.outcome === 'retry' ? 'given-up' : entry.outcome;
      this.ctx.storage.kv.put('trigger', triggerId);
      // The log is pruned by an alarm, and so is that of a trigger that is deleted.
      await this.#wakeAt(Date.now() + DAY_MS);
      return Response.json(this.#log.add({ ...entry, outcome }, facts) satisfies Delivery);
    } finally {
      this.#byHand--;
    }
  }

  /** Delivers what is due; answers when to continue (ms), null: nothing is left of the trigger. */
  async #deliver(): Promise<number | null> {
    const triggerId = this.ctx.storage.kv.get<number>('trigger');
    if (triggerId === undefined) return null;
    const db = openDatabase(this.env.DB);
    const until = Date.now() + ALARM_TIME;
    for (let round = 0; round < ROUNDS && Date.now() < until; round++) {
      const trigger = await findTrigger(db, triggerId);
      if (trigger === null) return null;
      const heads = await listQueueHeads(db, triggerId, MAX_HEADS);
      if (heads.length === 0) {
        const left = this.#log.prune(Date.now());
        if (left === 'nothing') return null;
        return Date.now() + (left === 'too much' ? PRUNE_AGAIN : DAY_MS);
      }
      const { due, next } = this.#findDue(trigger, heads);
      if (due.length === 0) return next;
      const rules = await readRules(this.env, db);
      const context: LaneContext = { db, trigger, rules, log: this.#log, endpoint: this.#endpoint };
      await Promise.all(due.map((imageId) => new Lane(context, imageId).run()));
    }
    return Date.now();
  }

  /** The images whose first event is to be handled now; otherwise, when the next one is (ms). */
  #findDue(trigger: TriggerRecord, heads: readonly QueueHead[]) {
    const now = Date.now();
    const dueAt = ({ eventId, at }: QueueHead) =>
      trigger.pausedAt === null ? this.#endpoint.dueAt(eventId, now) : at + GIVE_UP_AFTER;
    const due = heads.filter((head) => dueAt(head) <= now);
    const most = this.#endpoint.isDown() ? 1 : IN_FLIGHT;
    const next = Math.min(...heads.map(dueAt), now + HOUR_MS);
    return { due: due.slice(0, most).map(({ imageId }) => imageId), next };
  }

  /** Sets the alarm, unless an earlier one is set. */
  async #wakeAt(time: number): Promise<void> {
    const alarm = await this.ctx.storage.getAlarm();
    if (alarm === null || alarm > time) await this.ctx.storage.setAlarm(time);
  }
}
