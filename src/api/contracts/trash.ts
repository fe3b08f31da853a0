import { z } from '@hono/zod-openapi';
import { TRASH_SCOPES } from '../../domain/lists.ts';
import { TRASH_KINDS } from '../../domain/trash.ts';
import { paging, trashId } from './common.ts';
import { digestText } from './digest.ts';

export const trashParams = z.strictObject({ trashId });

const kind = z.enum(TRASH_KINDS);
const place = {
  workspace: z.string().openapi({ example: 'payments' }),
  image: z.string().nullable().openapi({ description: 'Null for a workspace.' }),
  tag: z.string().nullable().openapi({ description: 'Only for a version that had a tag.' }),
};

export const trashItem = z
  .object({
    id: trashId,
    kind,
    ...place,
    digest: digestText.nullable().openapi({ description: 'Only for a version.' }),
    size: z.int().openapi({ description: 'Bytes of its content.' }),
    images: z
      .int()
      .nullable()
      .openapi({ description: 'For a workspace: number of images deleted with it.' }),
    versions: z
      .int()
      .nullable()
      .openapi({ description: 'For an image: number of versions deleted with it.' }),
    purgeable: z.boolean().openapi({ description: 'Whether the caller may purge it.' }),
    deletedAt: z.iso.datetime(),
    deletedBy: z.string(),
    expiresAt: z.iso.datetime().openapi({
      description: 'It can be restored until then; the next collection removes it.',
    }),
  })
  .openapi('TrashItem');

export const trashQuery = z.strictObject({
  ...paging,
  scope: z.enum(TRASH_SCOPES).default('own').openapi({
    description:
      'own: items of the projects where I may delete; all: every item, for cloud admins only.',
  }),
  workspace: z.string().max(128).optional().openapi({
    description: 'Only workspaces of this name, and items that are or were in one.',
  }),
  kind: kind.optional(),
});

export const trashRestoration = z
  .strictObject({
    name: z.string().max(255).optional().openapi({
      description:
        'The new name: of the workspace, of the image (the part after the workspace), or the tag.',
    }),
  })
  .openapi('TrashRestoration');

export const restored = z.object({ kind, ...place }).openapi('Restored');
