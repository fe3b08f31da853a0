import type { Delivery, DeliveryKind } from '../../domain/triggers/delivery.ts';
import type { EventFacts } from '../../domain/triggers/message.ts';
import { outcomeOf } from '../../domain/triggers/retries.ts';
import { type Env, hasOpenedNetworks, readConfig } from '../../env.ts';
import type { Database } from '../../storage/database.ts';
import { readTriggerHttp } from '../../storage/settings.ts';
import type { TriggerRecord } from '../../storage/triggers/triggers.ts';
import { type DeliveryRules, maskSecret, prepareRequest } from './prepare.ts';
import { KEPT_ANSWER, sendRequest } from './send.ts';

/** A try and its entry of the log. */
export interface Tried {
  readonly entry: Omit<Delivery, 'id'>;
  /** What the endpoint asks for, ms. */
  readonly retryAfter: number | null;
}

/** Reads what deliveries take besides the trigger and the event. */
export async function readRules(env: Env, db: Database): Promise<DeliveryRules> {
  const { credentialKeys } = readConfig(env);
  const http = await readTriggerHttp(db);
  return { masters: credentialKeys, http, opened: hasOpenedNetworks(env), outbound: env.OUTBOUND };
}

/** What every entry of an event has. */
export function entryOf(
  facts: EventFacts,
  kind: DeliveryKind,
  attempt: number,
): Omit<Delivery, 'id' | 'outcome'> {
  const repository = facts.image === null ? '' : `/${facts.image}`;
  const tag = facts.tag === null ? '' : `:${facts.tag}`;
  return {
    at: Date.now(),
    kind,
    event: facts.type,
    eventId: facts.id,
    subject: facts.workspace === null ? facts.project : `${facts.workspace}${repository}${tag}`,
    attempt,
    request: null,
    answer: null,
    error: null,
    duration: 0,
  };
}

/** Sends the request of an event once. */
export async function deliverOnce(
  trigger: TriggerRecord,
  facts: EventFacts,
  rules: DeliveryRules,
  { kind, attempt }: Pick<Delivery, 'kind' | 'attempt'>,
): Promise<Tried> {
  const entry = entryOf(facts, kind, attempt);
  const prepared = await prepareRequest(trigger, facts, rules, Date.now());
  if ('fault' in prepared) {
    return { entry: { ...entry, outcome: 'given-up', error: prepared.fault }, retryAfter: null };
  }
  const { request, shown, secret } = prepared;
  const { answer, error, duration, retryAfter } = await sendRequest(request, rules.outbound);
  const outcome = outcomeOf(answer?.status ?? null);
  return {
    entry: {
      ...entry,
      outcome: outcome === 'refused' ? 'given-up' : outcome,
      request: shown,
      answer: answer && {
        ...answer,
        body: maskSecret(answer.body, secret).slice(0, KEPT_ANSWER),
      },
      error: error && maskSecret(error, secret),
      duration,
    },
    retryAfter,
  };
}
