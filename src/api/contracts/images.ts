import { z } from '@hono/zod-openapi';
import { IMAGE_SORTS, LIST_SCOPES, SORT_DIRECTIONS } from '../../domain/lists.ts';
import { ACCESS_LEVELS, IMAGE_ACTIONS } from '../../domain/roles.ts';
import { itemDeletion } from './bulk.ts';
import { paging } from './common.ts';

/** Maximum length of a description, in bytes of UTF-8. */
const MAX_DESCRIPTION_BYTES = 64 * 1024;

export const imageParams = z.strictObject({
  workspace: z.string().openapi({ example: 'payments' }),
  image: z.string().openapi({
    description: 'The name after the workspace, with slashes written as %2F.',
    example: 'backend%2Fapi',
  }),
});

const counts = {
  versions: z.int().openapi({ description: 'Tags, without those that are accessories.' }),
  size: z.int().openapi({ description: 'Bytes of its content, counting each blob once.' }),
  pulls: z.int(),
  updatedAt: z.iso.datetime().openapi({ description: 'Time of the last push.' }),
};

const place = {
  name: z.string().openapi({ example: 'backend/api' }),
  workspace: z.string().openapi({ example: 'payments' }),
  access: z.enum(ACCESS_LEVELS),
  allowed: z.array(z.enum(IMAGE_ACTIONS)).openapi({
    description: 'What the caller may do with it and in its workspace.',
  }),
};

export const listedImage = z
  .object({
    ...place,
    excerpt: z.string().openapi({ description: 'The beginning of the description, Markdown.' }),
    ...counts,
  })
  .openapi('ListedImage');

export const imagesQuery = z.strictObject({
  ...paging,
  scope: z.enum(LIST_SCOPES).optional().openapi({
    description:
      "own: images of my projects; shared: images in other projects' public workspaces; all: every image, for cloud admins only. Default: own, or with `workspace` every image I may see.",
  }),
  workspace: z.string().max(128).optional().openapi({
    description: 'Only the images of this workspace.',
  }),
  q: z
    .string()
    .max(200)
    .regex(/^[ -~\u00a0-\uffff]*$/, { error: 'a search must not contain control characters' })
    .refine((text) => text.isWellFormed(), { error: 'a search must be well-formed Unicode' })
    .default('')
    .openapi({
      description:
        'Text that the name or the description contains, ignoring case. A page of a search may have fewer entries than `limit`, or none, and still a `next`: continue there.',
    }),
  sort: z.enum(IMAGE_SORTS).default('name').openapi({
    description: 'name: by workspace, then by image.',
  }),
  order: z.enum(SORT_DIRECTIONS).optional().openapi({
    description: 'Default: ascending for names, descending for everything else.',
  }),
});

export const image = z
  .object({
    ...place,
    address: z.string().openapi({
      description: 'What a client pulls, without the colon and the tag.',
      example: 'registry.example/payments/backend/api',
    }),
    description: z.string().openapi({ description: 'Markdown.' }),
    ...counts,
    accessories: z.int().openapi({
      description: 'Tags that attach signatures, SBOMs and the like to its versions.',
    }),
    unsharedSize: z.int().openapi({
      description: 'Bytes of its content that no other image of the platform uses.',
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
        error: 'a description may have at most 64 KiB of UTF-8',
      })
      .refine((text) => text.isWellFormed() && !text.includes('\0'), {
        error: 'a description must be well-formed Unicode without NUL',
      }),
  })
  .openapi('ImageChange');

export const imageChangeHeaders = z.object({
  'if-match': z
    .string()
    .regex(/^(?:\*|"[0-9]{1,15}")$/, { error: 'must be the ETag of the image, or *' })
    .openapi({
      description:
        'The ETag of the description that was read; * overwrites any current description.',
      example: '"3"',
    }),
});

export const pullsQuery = z.strictObject({
  days: z.coerce.number<string>().int().min(1).max(90).default(30).openapi({
    type: 'integer',
    description: 'Number of days, including today.',
  }),
});

export const pullSeries = z
  .object({
    days: z.array(z.object({ day: z.iso.date(), pulls: z.int() })).openapi({
      description: 'Days in UTC, earliest first.',
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
