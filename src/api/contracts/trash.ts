import { z } from '@hono/zod-openapi';
import { TRASH_SCOPES } from '../../domain/lists.ts';
import { TRASH_KINDS } from '../../domain/trash.ts';
import { paging, trashId } from './common.ts';
import { digestText } from './versions.ts';

export const trashParams = z.strictObject({ trashId });

const kind = z.enum(TRASH_KINDS);
const place = {
  workspace: z.string().openapi({ example: 'payments' }),
  image: z.string().nullable().openapi({ description: 'Null for a workspace.' }),
  tag: z.string().nullable().openapi({ description: 'Of a version that had one.' }),
};

export const trashItem = z
  .object({
    id: trashId,
    kind,
    ...place,
    digest: digestText.nullable().openapi({ description: 'Of a version.' }),
    size: z.int().openapi({ description: 'Bytes of its content.' }),
    images: z
      .int()
      .nullable()
      .openapi({ description: 'Of a workspace: images that went with it.' }),
    versions: z
      .int()
      .nullable()
      .openapi({ description: 'Of an image: versions that went with it.' }),
    deletedAt: z.iso.datetime(),
    deletedBy: z.string(),
    expiresAt: z.iso.datetime().openapi({
      description: 'Until then it can be restored; the first collection after it takes it away.',
    }),
  })
  .openapi('TrashItem');

export const trashQuery = z.strictObject({
  ...paging,
  scope: z.enum(TRASH_SCOPES).default('own').openapi({
    description: 'own: of the projects where I may delete; all: for cloud admins.',
  }),
  workspace: z.string().max(128).optional().openapi({
    description: 'Only what is, or was, in a workspace of this name.',
  }),
  kind: kind.optional(),
});

export const trashRestoration = z
  .strictObject({
    name: z.string().max(255).optional().openapi({
      description: 'Another name: of the workspace, the image (behind the workspace), or the tag.',
    }),
  })
  .openapi('TrashRestoration');

export const restored = z.object({ kind, ...place }).openapi('Restored');
