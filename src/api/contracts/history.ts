import { z } from '@hono/zod-openapi';
import { paging, userName } from './common.ts';
import { digestText } from './digest.ts';

export const pastTagsQuery = z.strictObject({
  ...paging,
  q: z.string().max(128).default('').openapi({ description: 'Prefix of the tag.' }),
});

export const pastTag = z
  .object({
    tag: z.string().openapi({ example: '1.4.2' }),
    digest: digestText.nullable().openapi({ description: 'Null: the version was deleted.' }),
    changedAt: z.iso.datetime(),
    changedBy: userName,
  })
  .openapi('PastTag');

export const historyQuery = z.strictObject(paging);

export const tagChange = z
  .object({
    digest: digestText.nullable().openapi({ description: 'Null: the version was deleted.' }),
    changedAt: z.iso.datetime(),
    changedBy: userName,
    restorable: z.boolean().openapi({ description: 'Whether this content still exists.' }),
  })
  .openapi('TagChange');

export const restoration = z.strictObject({ digest: z.string().max(200) }).openapi('Restoration');

export const restorationHeaders = z.object({
  'if-match': z
    .string()
    .max(200)
    .optional()
    .openapi({ description: 'The digest, in quotes, that the version must currently point at.' }),
});
