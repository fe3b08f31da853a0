import { z } from '@hono/zod-openapi';

const topImage = z
  .object({
    workspace: z.string(),
    name: z.string(),
    versions: z.int(),
    size: z.int(),
    pulls: z.int(),
  })
  .openapi('TopImage');

const topWorkspace = z
  .object({
    name: z.string(),
    images: z.int(),
    versions: z.int(),
    size: z.int(),
    pulls: z.int(),
  })
  .openapi('TopWorkspace');

export const overview = z
  .object({
    storage: z
      .object({
        bytes: z.int().openapi({ description: 'Bytes stored, counting each blob once.' }),
        blobs: z.int(),
        imageBytes: z.int().openapi({
          description: 'Sum of the sizes of all images; shared blobs count once for each image.',
        }),
      })
      .openapi('StorageFigures'),
    counts: z
      .object({
        departments: z.int(),
        projects: z.int(),
        users: z.int(),
        workspaces: z.int(),
        images: z.int(),
        versions: z.int(),
      })
      .openapi('PlatformCounts'),
    pulls: z
      .object({
        total: z.int().openapi({ description: 'Pulls of all images, including deleted ones.' }),
        days: z.array(z.object({ day: z.iso.date(), pulls: z.int() })).openapi({
          description: 'The last 30 days in UTC, earliest first.',
        }),
      })
      .openapi('PlatformPulls'),
    topImages: z
      .object({ byPulls: z.array(topImage), bySize: z.array(topImage) })
      .openapi('TopImages'),
    topWorkspaces: z.array(topWorkspace).openapi({ description: 'The largest workspaces.' }),
    takenAt: z.iso.datetime().openapi({
      description:
        'When `counts`, `imageBytes` and the top lists were read; the other figures are current.',
    }),
  })
  .openapi('Overview');
