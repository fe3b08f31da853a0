import type { RenderedRequest } from './action.ts';

/** What a request was made for: an event, an event that its owner sends again, or a test. */
export const DELIVERY_KINDS = ['event', 'redelivery', 'test'] as const;
export type DeliveryKind = (typeof DELIVERY_KINDS)[number];

/** How it ended: `retry`, another try follows; `replaced`, a later event of the tag went instead. */
export const DELIVERY_OUTCOMES = ['delivered', 'retry', 'given-up', 'replaced'] as const;
type DeliveryOutcome = (typeof DELIVERY_OUTCOMES)[number];

/** One try to deliver an event, as the log of a trigger keeps it. Secrets are masked. */
export interface Delivery {
  readonly id: number;
  /** Ms since 1970. */
  readonly at: number;
  readonly kind: DeliveryKind;
  readonly outcome: DeliveryOutcome;
  readonly event: string;
  readonly eventId: string;
  /** `workspace/image:tag`, as far as the event has them. */
  readonly subject: string;
  /** 1 for the first. */
  readonly attempt: number;
  /** Null where none was sent. */
  readonly request: RenderedRequest | null;
  /** Null where there was no answer. */
  readonly answer: { readonly status: number; readonly body: string } | null;
  /** Why there was none, or none that counts; null: an answer of success. */
  readonly error: string | null;
  /** Ms. */
  readonly duration: number;
}

/** The calls that the deliveries of a trigger take, each with the trigger's id in its body. */
export const DELIVERY_URLS = {
  wake: 'https://trigger/wake',
  test: 'https://trigger/test',
  redeliver: 'https://trigger/redeliver',
  list: 'https://trigger/list',
  delete: 'https://trigger/delete',
} as const;

/** The name of the object that delivers for a trigger. */
export function deliveriesName(triggerId: number): string {
  return `trigger-${triggerId}`;
}
