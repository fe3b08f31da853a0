import { z } from '@hono/zod-openapi';
import { MAX_PATTERN_LENGTH, MAX_PATTERNS, TAG_PATTERN } from '../../domain/tag-patterns.ts';
import { METHODS } from '../../domain/triggers/action.ts';
import { DELIVERY_KINDS, DELIVERY_OUTCOMES } from '../../domain/triggers/delivery.ts';
import { IMAGE_PATTERN, PAUSE_REASONS, TRIGGER_EVENTS } from '../../domain/triggers/trigger.ts';
import { displayName, idText, paging } from './common.ts';
import { projectParams } from './projects.ts';

const patterns = (grammar: RegExp, characters: string) =>
  z
    .array(
      z
        .string()
        .max(MAX_PATTERN_LENGTH)
        .regex(grammar, {
          error: `a pattern has letters, digits and ${characters} with * for any text and ? for one character`,
        }),
    )
    .max(MAX_PATTERNS);

const action = z
  .strictObject({
    method: z.enum(METHODS),
    url: z.string().max(2048),
    headers: z
      .array(z.strictObject({ name: z.string().max(128), value: z.string().max(4096) }))
      .max(20),
    contentType: z.string().max(128).openapi({
      description: 'application/json, a type that ends with +json, or a form.',
    }),
    body: z.string().openapi({
      description: 'JSON or a form, with placeholders such as {{tag}}; empty: no body.',
    }),
    latestOnly: z.boolean().openapi({
      description: 'Whether an event is left out once a later event of its tag waits.',
    }),
  })
  .openapi('TriggerAction');

const rules = {
  name: displayName,
  workspace: z.string().max(128).nullable().openapi({
    description: 'Only events in this workspace of the project; null: all.',
  }),
  enabled: z.boolean().openapi({ description: 'Switching it off drops what waits.' }),
  events: z.array(z.enum(TRIGGER_EVENTS)).min(1).max(TRIGGER_EVENTS.length),
  images: patterns(IMAGE_PATTERN, '_ . - /').openapi({
    description: 'Patterns of the names of images within their workspace; none: all.',
  }),
  tags: patterns(TAG_PATTERN, '_ . -').openapi({
    description: 'Patterns of tags; none: all events, also those without a tag.',
  }),
  action,
};

export const trigger = z
  .object({
    id: z.int(),
    ...rules,
    hasSecret: z.boolean(),
    pausedAt: z.iso.datetime().nullable(),
    pauseReason: z.enum(PAUSE_REASONS).nullable().openapi({
      description:
        'unreachable: no success for 24 hours; refused: 20 events in a row; gone: the endpoint said 410; overfull: more than 10,000 events waited, and were dropped. Saving the trigger resumes it.',
    }),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  })
  .openapi('Trigger');

const signingSecret = z.string().openapi({
  description: 'Shown once: the secret that Standard Webhooks signatures are verified with.',
  example: 'whsec_…',
});

export const createdTrigger = trigger.extend({ signingSecret }).openapi('CreatedTrigger');

export const triggerRules = z
  .strictObject({
    ...rules,
    secret: z
      .string()
      .max(8192)
      .regex(/^[!-~]*$/, 'a secret has visible characters of ASCII only')
      .nullable()
      .optional()
      .openapi({
        description:
          'What {{secret}} inserts. It never comes back: left out it stays, null removes it. A change of the address, or of what it is inserted in, takes it again.',
      }),
  })
  .openapi('TriggerRules');

export const rotatedSecret = z
  .object({
    signingSecret,
    previousUntil: z.iso.datetime().openapi({
      description: 'Until then requests are signed with the previous secret, too.',
    }),
  })
  .openapi('RotatedSigningSecret');

const renderedRequest = z.object({
  method: z.string(),
  url: z.string(),
  headers: z.record(z.string(), z.string()),
  body: z.string(),
});

export const delivery = z
  .object({
    id: z.int(),
    at: z.iso.datetime(),
    kind: z.enum(DELIVERY_KINDS),
    outcome: z.enum(DELIVERY_OUTCOMES),
    event: z.string(),
    eventId: z.string(),
    subject: z.string(),
    attempt: z.int(),
    request: renderedRequest.nullable().openapi({ description: 'Secrets are masked.' }),
    answer: z.object({ status: z.int(), body: z.string() }).nullable(),
    error: z.string().nullable(),
    duration: z.number().openapi({ description: 'Milliseconds.' }),
  })
  .openapi('TriggerDelivery');

export const triggerParams = projectParams.extend({ triggerId: idText });
export const deliveryParams = triggerParams.extend({ deliveryId: idText });
export const triggersQuery = z.strictObject(paging);
