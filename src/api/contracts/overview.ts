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
        bytes: z.int().openapi({ description: 'Bytes stored: every blob once.' }),
        blobs: z.int(),
        imageBytes: z.int().openapi({
          description: 'Bytes of the images as each of them shows it, before sharing.',
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
        total: z.int().openapi({ description: 'Of images that have gone, too.' }),
        days: z.array(z.object({ day: z.iso.date(), pulls: z.int() })).openapi({
          description: 'The last 30 days of UTC, the earliest first.',
        }),
      })
      .openapi('PlatformPulls'),
    topImages: z
      .object({ byPulls: z.array(topImage), bySize: z.array(topImage) })
      .openapi('TopImages'),
    topWorkspaces: z.array(topWorkspace).openapi({ description: 'The largest.' }),
    takenAt: z.iso.datetime().openapi({
      description: 'When counts, image bytes and tops were taken; the other figures are of now.',
    }),
  })
  .openapi('Overview');
