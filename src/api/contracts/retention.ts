import { z } from '@hono/zod-openapi';
import {
  KEEP_REASONS,
  MAX_KEEP_DAYS,
  MAX_KEEP_LAST,
  type RetentionRules,
} from '../../domain/retention.ts';
import { MAX_PATTERN_LENGTH, MAX_PATTERNS, TAG_PATTERN } from '../../domain/tag-patterns.ts';
import { lastUse, paging } from './common.ts';
import { digestText } from './digest.ts';

const patterns = z
  .array(
    z.string().max(MAX_PATTERN_LENGTH).regex(TAG_PATTERN, {
      error: 'a pattern has letters, digits and _ . - with * for any text and ? for one character',
    }),
  )
  .max(MAX_PATTERNS)
  .default([]);

const upTo = (most: number) => z.int().min(1).max(most).nullable().default(null);

const rules = {
  keepLast: upTo(MAX_KEEP_LAST).describe(
    'Number of most recently pushed versions to keep in each image.',
  ),
  keepDays: upTo(MAX_KEEP_DAYS).describe('Days to keep a version after its last push or use.'),
  keepTags: patterns.describe('Patterns of tags to keep, whatever their age.'),
  immutableTags: patterns.describe('Patterns of tags that cannot be moved or deleted once pushed.'),
} satisfies Record<keyof RetentionRules, z.ZodType>;

export const retentionRules = z.object(rules).openapi('RetentionRules');

export const newRetentionRules = z
  .strictObject(rules)
  .openapi('NewRetentionRules', { description: 'A rule that is left out keeps nothing.' });

export const retentionPreviewQuery = z.strictObject(paging);

const UNKEPT_REASONS = ['not-among-last', 'not-recent', 'no-pattern', 'with-version'] as const;
export type UnkeptReason = (typeof UNKEPT_REASONS)[number];

const unkeptVersion = z
  .object({
    image: z.string(),
    tag: z.string(),
    digest: digestText,
    size: z.int(),
    pushedAt: z.iso.datetime(),
    lastPulledAt: z.iso.datetime().nullable(),
    lastUsedAt: lastUse,
    attachedTo: z.string().nullable().openapi({
      description:
        'Of a signature or another accessory: the version before it, with which it goes.',
    }),
    reasons: z.array(z.enum(UNKEPT_REASONS)).openapi({
      description: 'Why it is not kept: one reason for each rule that is set.',
    }),
  })
  .openapi('UnkeptVersion');

const kept = Object.fromEntries(KEEP_REASONS.map((reason) => [reason, z.int()]));

const previewTotal = z
  .object({
    versions: z.int().openapi({ description: 'Versions examined.' }),
    gone: z.int().openapi({ description: 'Versions that would move to the trash.' }),
    goneSize: z.int().openapi({
      description:
        'Bytes of those versions, including content that other versions share and that stays.',
    }),
    accessories: z.int().openapi({
      description: 'Signatures and other accessories that would move to the trash.',
    }),
    kept: z
      .object(kept as Record<(typeof KEEP_REASONS)[number], z.ZodInt>)
      .openapi({ description: 'Number of versions kept, each counted for its first reason.' }),
    complete: z.boolean().openapi({
      description:
        'Whether all versions of the workspace were examined; one call examines at most 60,000.',
    }),
  })
  .openapi('RetentionTotal');

export const retentionPreview = z
  .object({
    items: z.array(unkeptVersion).openapi({
      description:
        'Each version is followed by the accessories that go with it, which the limit does not count.',
    }),
    next: z
      .string()
      .nullable()
      .openapi({ description: 'Cursor of the next page; null at the end.' }),
    total: previewTotal.nullable().openapi({ description: 'Only on the first page.' }),
  })
  .openapi('RetentionPreview');

export const backtestQuery = z.strictObject({ cursor: paging.cursor });

export const newBacktest = newRetentionRules
  .extend({
    days: z.int().min(1).max(365).default(90).openapi({
      description: 'Number of days, including today.',
    }),
  })
  .openapi('NewBacktest');

const sample = z
  .object({
    image: z.string(),
    tag: z.string(),
    digest: digestText,
    deletedOn: z.iso
      .date()
      .openapi({ description: 'The day at whose start it would have been deleted.' }),
    pulls: z.int().openapi({ description: 'Pulls from that day until it was pushed again.' }),
    lastPulledOn: z.iso.date(),
  })
  .openapi('BacktestSample');

export const backtest = z
  .object({
    days: z.int(),
    images: z.int().openapi({ description: 'Images examined.' }),
    deletedVersions: z.int(),
    pulledAfterwards: z
      .int()
      .openapi({ description: 'Deleted versions that were pulled afterwards.' }),
    samples: z.array(sample).openapi({ description: 'The most pulled of those, at most 20.' }),
    skipped: z.array(z.string()).openapi({
      description: 'Images whose history is too long for one call. The figures leave them out.',
    }),
    complete: z.boolean().openapi({ description: 'Whether the figures cover all images.' }),
    next: z.string().nullable().openapi({
      description: 'Cursor of the call that examines the next images; null at the end.',
    }),
  })
  .openapi('Backtest');
