import { z } from '@hono/zod-openapi';
import { DEFAULT_LIMIT, MAX_LIMIT } from '../../domain/cursors.ts';
import { MAX_NAME_LENGTH, PRINTABLE_NAME } from '../../domain/names.ts';

/** The number of a row in a path or a query, as texts carry it. */
export const idText = z.coerce
  .number<string>()
  .int()
  .min(1)
  .max(Number.MAX_SAFE_INTEGER)
  .openapi({ example: 1 });

/** What every list takes, to be spread into its query. */
export const paging = {
  limit: z.coerce
    .number<string>()
    .int()
    .min(1)
    .max(MAX_LIMIT)
    .default(DEFAULT_LIMIT)
    .openapi({ description: 'Entries a page has at most.' }),
  cursor: z
    .string()
    .min(1)
    .max(2048)
    .optional()
    .openapi({ description: 'The `next` of the page before; without it, the first page.' }),
};

/** A name people give, in one spelling of its characters. */
export const displayName = z
  .string()
  .normalize('NFC')
  .max(MAX_NAME_LENGTH)
  .regex(PRINTABLE_NAME, { error: 'a name is printable characters, with single spaces between' })
  .refine((name) => name.isWellFormed(), { error: 'a name is well-formed Unicode' })
  .openapi({ example: 'Payments' });

/** Something with a number and a name, where another thing shows what it belongs to. */
export const reference = z.object({ id: z.int(), name: z.string() }).openapi('Reference');

/** The id of something in the trash. */
export const trashId = z.string().max(40).openapi({
  description: 'What a deletion, or the list of the trash, answered.',
  example: 'image-12',
});
