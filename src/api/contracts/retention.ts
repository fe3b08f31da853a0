import { z } from '@hono/zod-openapi';
import {
  KEEP_REASONS,
  MAX_KEEP_DAYS,
  MAX_KEEP_LAST,
  type RetentionRules,
} from '../../domain/retention.ts';
import { MAX_PATTERN_LENGTH, MAX_PATTERNS, TAG_PATTERN } from '../../domain/tag-patterns.ts';
import { paging } from './common.ts';
import { digestText } from './versions.ts';

const patterns = z
  .array(
    z.string().max(MAX_PATTERN_LENGTH).regex(TAG_PATTERN, {
      error: 'a pattern is letters, digits, _ . - with * for any text and ? for one character',
    }),
  )
  .max(MAX_PATTERNS)
  .default([]);

const upTo = (most: number) => z.int().min(1).max(most).nullable().default(null);

const rules = {
  keepLast: upTo(MAX_KEEP_LAST).describe(
    'Versions of each image that are kept: those pushed last.',
  ),
  keepDays: upTo(MAX_KEEP_DAYS).describe(
    'Days that a version is kept after it was pushed or pulled last.',
  ),
  keepTags: patterns.describe('Patterns of tags that are kept whatever their age.'),
  immutableTags: patterns.describe(
    'Patterns of tags that nobody moves or deletes once they are there.',
  ),
} satisfies Record<keyof RetentionRules, z.ZodType>;

export const retentionRules = z.object(rules).openapi('RetentionRules');

export const newRetentionRules = z
  .strictObject(rules)
  .openapi('NewRetentionRules', { description: 'What is left out keeps nothing.' });

export const previewQuery = z.strictObject(paging);

const unkeptVersion = z
  .object({
    image: z.string(),
    tag: z.string(),
    digest: digestText,
    size: z.int(),
    pushedAt: z.iso.datetime(),
    lastPulledAt: z.iso.datetime().nullable(),
    reasons: z.array(z.enum(['not-among-last', 'not-recent', 'no-pattern'])).openapi({
      description: 'Why nothing keeps it: one for each rule there is.',
    }),
  })
  .openapi('UnkeptVersion');

const kept = Object.fromEntries(KEEP_REASONS.map((reason) => [reason, z.int()]));

const previewTotal = z
  .object({
    versions: z.int().openapi({ description: 'Versions looked at.' }),
    gone: z.int().openapi({ description: 'Those that would go.' }),
    goneSize: z.int().openapi({
      description: 'Bytes of what they name; of these, what others name as well stays.',
    }),
    kept: z
      .object(kept as Record<(typeof KEEP_REASONS)[number], z.ZodInt>)
      .openapi({ description: 'How many are kept, each for the first of these reasons.' }),
    complete: z.boolean().openapi({
      description:
        'Whether these are all versions of the workspace; one call looks at 60,000 at most.',
    }),
  })
  .openapi('RetentionTotal');

export const retentionPreview = z
  .object({
    items: z.array(unkeptVersion),
    next: z
      .string()
      .nullable()
      .openapi({ description: 'Cursor of the next page; null at the end.' }),
    total: previewTotal.nullable().openapi({ description: 'Null on all pages but the first.' }),
  })
  .openapi('RetentionPreview');

export const backtestQuery = z.strictObject({ cursor: paging.cursor });

export const newBacktest = newRetentionRules
  .extend({
    days: z.int().min(1).max(365).default(90).openapi({
      description: 'How many days, today included.',
    }),
  })
  .openapi('NewBacktest');

const sample = z
  .object({
    image: z.string(),
    tag: z.string(),
    digest: digestText,
    deletedOn: z.iso.date().openapi({ description: 'The day at whose start it would have gone.' }),
    pulls: z.int().openapi({ description: 'Pulls from then on, until it was pushed again.' }),
    lastPulledOn: z.iso.date(),
  })
  .openapi('BacktestSample');

export const backtest = z
  .object({
    days: z.int(),
    images: z.int().openapi({ description: 'Images looked at.' }),
    deletedVersions: z.int(),
    pulledAfterwards: z.int().openapi({ description: 'Those of them pulled afterwards.' }),
    samples: z.array(sample).openapi({ description: 'The most pulled of these, 20 at most.' }),
    skipped: z.array(z.string()).openapi({
      description: 'Images with too long a past for one call; they are not in the figures.',
    }),
    complete: z.boolean().openapi({ description: 'Whether the figures are of all images.' }),
    next: z.string().nullable().openapi({
      description: 'Cursor of the call that looks at the images behind these; null: none follow.',
    }),
  })
  .openapi('Backtest');
