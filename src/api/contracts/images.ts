import { z } from '@hono/zod-openapi';
import { IMAGE_SORTS, LIST_SCOPES, SORT_DIRECTIONS } from '../../domain/lists.ts';
import { ACCESS_LEVELS, ACTIONS } from '../../domain/roles.ts';
import { itemDeletion } from './bulk.ts';
import { paging } from './common.ts';

/** Bytes of UTF-8 a description has at most. */
const MAX_DESCRIPTION_BYTES = 64 * 1024;

export const imageParams = z.strictObject({
  workspace: z.string().openapi({ example: 'payments' }),
  image: z.string().openapi({
    description: 'The name behind the workspace; a slash in it is written %2F.',
    example: 'backend%2Fapi',
  }),
});

const counts = {
  versions: z.int().openapi({ description: 'Tags.' }),
  size: z.int().openapi({ description: 'Bytes of its content, each blob once.' }),
  pulls: z.int(),
  updatedAt: z.iso.datetime().openapi({ description: 'When content was last pushed to it.' }),
};

const place = {
  name: z.string().openapi({ example: 'backend/api' }),
  workspace: z.string().openapi({ example: 'payments' }),
  access: z.enum(ACCESS_LEVELS),
  allowed: z.array(z.enum(ACTIONS)).openapi({
    description: 'What the caller may do to it and in its workspace.',
  }),
};

export const listedImage = z
  .object({
    ...place,
    excerpt: z.string().openapi({ description: 'How the description begins, Markdown.' }),
    ...counts,
  })
  .openapi('ListedImage');

export const imagesQuery = z.strictObject({
  ...paging,
  scope: z.enum(LIST_SCOPES).optional().openapi({
    description:
      "own: of my projects; shared: of other projects' public workspaces; all: for cloud admins. Left out: own, or all I may see where `workspace` is given.",
  }),
  workspace: z.string().max(128).optional().openapi({
    description: 'Only the images of this workspace.',
  }),
  q: z
    .string()
    .max(200)
    .regex(/^[ -~\u00a0-\uffff]*$/, { error: 'a search has no control characters' })
    .refine((text) => text.isWellFormed(), { error: 'a search is well-formed Unicode' })
    .default('')
    .openapi({
      description:
        'What the name or the description has somewhere, in either case. A page of a search may have fewer entries than `limit`, even none, and yet a `next`: go on there.',
    }),
  sort: z.enum(IMAGE_SORTS).default('name').openapi({
    description: 'By name: by workspace first.',
  }),
  order: z.enum(SORT_DIRECTIONS).optional().openapi({
    description: 'Left out: names from the first on, all else from the most on.',
  }),
});

export const image = z
  .object({
    ...place,
    address: z.string().openapi({
      description: 'What a client pulls, before the colon and the tag.',
      example: 'registry.example/payments/backend/api',
    }),
    description: z.string().openapi({ description: 'Markdown.' }),
    ...counts,
    unsharedSize: z.int().openapi({
      description: 'Bytes of it that no other image of the platform has.',
    }),
    createdAt: z.iso.datetime(),
  })
  .openapi('Image');

export const imageChange = z
  .strictObject({
    description: z
      .string()
      .max(MAX_DESCRIPTION_BYTES)
      .refine((text) => Buffer.byteLength(text) <= MAX_DESCRIPTION_BYTES, {
        error: 'a description may take 64 KiB of UTF-8',
      })
      .refine((text) => text.isWellFormed() && !text.includes('\0'), {
        error: 'a description is well-formed Unicode without NUL',
      }),
  })
  .openapi('ImageChange');

export const imageChangeHeaders = z.object({
  'if-match': z
    .string()
    .regex(/^(?:\*|"[0-9]{1,15}")$/, { error: 'must be the ETag of the image, or *' })
    .openapi({
      description:
        'The ETag that the description was read with; * overwrites whatever is there now.',
      example: '"3"',
    }),
});

export const pullsQuery = z.strictObject({
  days: z.coerce.number<string>().int().min(1).max(90).default(30).openapi({
    type: 'integer',
    description: 'How many days, today included.',
  }),
});

export const pullSeries = z
  .object({
    days: z.array(z.object({ day: z.iso.date(), pulls: z.int() })).openapi({
      description: 'Days of UTC, the earliest first.',
    }),
  })
  .openapi('PullSeries');

const imageName = z.strictObject({
  workspace: z.string().max(128),
  image: z.string().max(255),
});

export const imageDeletion = z.array(imageName).min(1).max(100).openapi('ImageDeletion');

export const imageDeletionResults = z
  .array(imageName.extend(itemDeletion))
  .openapi('ImageDeletionResults');
