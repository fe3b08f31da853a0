import { z } from '@hono/zod-openapi';
import { DEFAULT_LIMIT, MAX_LIMIT } from '../../domain/cursors.ts';
import { hasHidden } from '../../domain/hidden-characters.ts';
import { MAX_NAME_LENGTH, PRINTABLE_NAME } from '../../domain/names.ts';

/** A row id in a path or query, given as text. */
export const idText = z.coerce
  .number<string>()
  .int()
  .min(1)
  .max(Number.MAX_SAFE_INTEGER)
  .openapi({ example: 1 });

/** The query parameters of every list, to be spread into its query. */
export const paging = {
  limit: z.coerce
    .number<string>()
    .int()
    .min(1)
    .max(MAX_LIMIT)
    .default(DEFAULT_LIMIT)
    .openapi({ description: 'Maximum number of entries in a page.' }),
  cursor: z
    .string()
    .min(1)
    .max(2048)
    .optional()
    .openapi({ description: 'The `next` of the previous page. Default: the first page.' }),
};

/** A display name, normalized to Unicode NFC. */
export const displayName = z
  .string()
  .normalize('NFC')
  .max(MAX_NAME_LENGTH)
  .regex(PRINTABLE_NAME, { error: 'a name has printable characters, separated by single spaces' })
  .refine((name) => !hasHidden(name), { error: 'a name has no characters that cannot be seen' })
  .openapi({ example: 'Payments' });

/** The id and name of a thing that another one belongs to. */
export const reference = z.object({ id: z.int(), name: z.string() }).openapi('Reference');

/** The id of an item in the trash. */
export const trashId = z.string().max(40).openapi({
  description: 'As returned by a deletion or by the list of the trash.',
  example: 'image-12',
});

/** Who did something in a workspace. */
export const userName = z.string().nullable().openapi({
  description: 'Null for users who are no members of the project.',
});

export const lastUse = z.iso.datetime().nullable().openapi({
  description:
    'When its content, or something that belongs to it, was last pulled or checked for freshness, to the hour; a few minutes may pass before it is shown. Null: never.',
});
