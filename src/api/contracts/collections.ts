import { z } from '@hono/zod-openapi';
import { RUN_STATES } from '../../domain/runs.ts';
import { idText, lastUse, paging } from './common.ts';
import { workspaceParams } from './workspaces.ts';

export const workspaceRunParams = workspaceParams.extend({ runId: idText });
export const runParams = z.strictObject({ runId: idText });
export const runsQuery = z.strictObject(paging);

export const newCollection = z
  .strictObject({
    emptyTrash: z.boolean().openapi({
      description: 'Whether to purge everything that is in the trash now, expired or not.',
    }),
  })
  .openapi('NewCollection');

const bytes = z.int().openapi({ description: 'Bytes.' });

const kept = z
  .array(
    z
      .object({
        reason: z.enum(['in-trash', 'untagged-policy', 'grace-period']),
        count: z.int(),
        bytes,
      })
      .openapi('Kept'),
  )
  .openapi({ description: 'Unused content that is kept, grouped by reason.' });

export const collection = z
  .object({
    id: z.int(),
    workspace: z.string().nullable().openapi({ description: 'Null: the whole platform.' }),
    startedAt: z.iso.datetime(),
    startedBy: z.string(),
    endedAt: z.iso.datetime().nullable(),
    state: z.enum(RUN_STATES),
    emptyTrash: z.boolean(),
    freedBytes: bytes,
    freedObjects: z.int(),
    kept,
    errors: z.array(z.string()).openapi({ description: 'Failures that did not stop the run.' }),
  })
  .openapi('Collection');

export const collectionPreviewQuery = z.strictObject({
  emptyTrash: z.enum(['true', 'false']).default('false').openapi({
    description: 'Whether to preview a collection that empties the trash first.',
  }),
});

export const collectionPreview = z
  .object({
    freedBytes: bytes,
    freedObjects: z.int(),
    items: z
      .array(
        z.object({
          kind: z.enum(['image', 'version', 'manifest', 'blob']),
          image: z.string(),
          reference: z.string().openapi({ description: 'A tag, digest or name.' }),
          bytes,
          lastUsedAt: lastUse,
          reason: z.enum(['trash-emptied', 'trash-expired', 'untagged', 'unused']),
        }),
      )
      .openapi({ description: 'The first items that would be deleted.' }),
    kept,
    complete: z.boolean().openapi({
      description: 'False: the preview stopped at its limit, and the figures are lower bounds.',
    }),
  })
  .openapi('CollectionPreview');
