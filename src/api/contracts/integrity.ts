import { z } from '@hono/zod-openapi';
import { paging } from './common.ts';
import { digestText } from './digest.ts';

export const integrityQuery = z.strictObject(paging);

const damage = z
  .object({
    kind: z.enum(['blob', 'manifest']),
    digest: digestText,
    size: z.int(),
    damagedAt: z.iso.datetime(),
    imageCount: z
      .int()
      .openapi({ description: 'Images that use it, including those in the trash.' }),
    images: z
      .array(z.string())
      .openapi({ description: 'Full names of the first ten of these images.' }),
  })
  .openapi('Damage');

const startedAt = z.iso.datetime();
const endedAt = z.iso.datetime();

const scrubRound = z
  .object({
    startedAt,
    objects: z.int(),
    bytes: z.int(),
    damaged: z.int().openapi({ description: 'Objects newly found to be lost or damaged.' }),
    skipped: z.int().openapi({ description: 'Objects that could not be read completely.' }),
  })
  .openapi('ScrubRound');

const reconciliationRound = z
  .object({
    startedAt,
    objects: z.int(),
    orphans: z.int().openapi({ description: 'Objects that no row names. They are deleted.' }),
    missing: z.int().openapi({ description: 'Content newly found to have no object.' }),
    foreign: z
      .int()
      .openapi({ description: 'Objects that this registry did not create. They are kept.' }),
  })
  .openapi('ReconciliationRound');

export const integrity = z
  .object({
    damaged: z
      .object({ items: z.array(damage), next: z.string().nullable() })
      .openapi({ description: 'Content whose bytes are lost or damaged, earliest found first.' }),
    scrub: z
      .object({
        progress: z.number().openapi({ description: 'Completed share of the round, 0 to 1.' }),
        bytesToday: z.int(),
        bytesPerDay: z.int().openapi({ description: 'The setting `scrubBytesPerDay`.' }),
        round: scrubRound.nullable().openapi({ description: 'Null before the first round.' }),
        lastRound: scrubRound.extend({ endedAt }).nullable(),
      })
      .openapi('Scrub'),
    reconciliation: z
      .object({
        position: z.string().nullable().openapi({
          description: 'The key to continue after; null: the round is over, or none has started.',
        }),
        round: reconciliationRound
          .nullable()
          .openapi({ description: 'Null before the first round.' }),
        lastRound: reconciliationRound.extend({ endedAt }).nullable(),
      })
      .openapi('Reconciliation'),
  })
  .openapi('Integrity');
