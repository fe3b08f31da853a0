import { z } from '@hono/zod-openapi';
import { RUN_STATES } from '../../domain/runs.ts';
import { idText, paging } from './common.ts';
import { workspaceParams } from './workspaces.ts';

export const workspaceRunParams = workspaceParams.extend({ runId: idText });
export const runParams = z.strictObject({ runId: idText });
export const runsQuery = z.strictObject(paging);

export const newCollection = z
  .strictObject({
    emptyTrash: z.boolean().openapi({
      description: 'Whether what lies in the trash now goes too, whatever its time.',
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
  .openapi({ description: 'What nothing uses and is kept all the same.' });

export const collection = z
  .object({
    id: z.int(),
    workspace: z.string().nullable().openapi({ description: 'Null: of the whole platform.' }),
    startedAt: z.iso.datetime(),
    startedBy: z.string(),
    endedAt: z.iso.datetime().nullable(),
    state: z.enum(RUN_STATES),
    emptyTrash: z.boolean(),
    freedBytes: bytes,
    freedObjects: z.int(),
    kept,
    errors: z.array(z.string()).openapi({ description: 'What failed, while the rest went on.' }),
  })
  .openapi('Collection');

export const previewQuery = z.strictObject({
  emptyTrash: z.enum(['true', 'false']).default('false').openapi({
    description: 'As if the trash was emptied first.',
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
          reference: z.string().openapi({ description: 'A tag, a digest, or a name.' }),
          bytes,
          reason: z.enum(['trash-emptied', 'trash-expired', 'untagged', 'unused']),
        }),
      )
      .openapi({ description: 'The first of what would go.' }),
    kept,
    complete: z.boolean().openapi({
      description:
        'False: there is more than a preview looks at, and the figures are lower bounds.',
    }),
  })
  .openapi('CollectionPreview');
