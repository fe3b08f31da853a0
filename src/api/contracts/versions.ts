import { z } from '@hono/zod-openapi';
import { SORT_DIRECTIONS, VERSION_SORTS } from '../../domain/lists.ts';
import { itemDeletion } from './bulk.ts';
import { paging } from './common.ts';
import { imageParams } from './images.ts';

const tagText = z.string().openapi({ description: 'A tag.', example: '1.4.2' });
export const digestText = z.string().openapi({
  example: 'sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
});

export const versionParams = imageParams.extend({ tag: tagText });
export const manifestParams = imageParams.extend({ digest: digestText });

const facts = {
  digest: digestText,
  mediaType: z.string(),
  artifactType: z.string().nullable().openapi({
    description: 'What an artifact is; of an image the media type of its config.',
  }),
  platforms: z.array(z.string()).openapi({
    description: 'What it runs on; of an index each that it lists.',
    example: ['linux/amd64', 'linux/arm64/v8'],
  }),
  size: z.int().openapi({ description: 'Bytes of config and layers, of an index of all images.' }),
  pushedAt: z.iso.datetime(),
  pushedBy: z.string(),
  pulls: z.int(),
  lastPulledAt: z.iso.datetime().nullable(),
};

export const version = z.object({ tag: tagText, ...facts }).openapi('Version');

export const versionsQuery = z.strictObject({
  ...paging,
  q: z.string().max(128).default('').openapi({
    description: 'What the tag begins with. Versions found so come by name.',
  }),
  sort: z.enum(VERSION_SORTS).default('updated'),
  order: z.enum(SORT_DIRECTIONS).optional().openapi({
    description: 'Left out: names from the first on, updates from the latest on.',
  }),
});

const annotations = z.record(z.string(), z.string());

const layer = z
  .object({
    digest: digestText.nullable().openapi({ description: 'Null: the step made no layer.' }),
    mediaType: z.string().nullable(),
    size: z.int(),
    createdBy: z.string().nullable().openapi({ description: 'The step of the build.' }),
    createdAt: z.iso.datetime().nullable(),
    comment: z.string().nullable(),
  })
  .openapi('Layer');

const child = z
  .object({
    digest: digestText,
    mediaType: z.string(),
    artifactType: z.string().nullable(),
    size: z.int().openapi({ description: 'Bytes of the manifest.' }),
    platform: z.string().nullable().openapi({ example: 'linux/amd64' }),
    annotations,
  })
  .openapi('Child');

const config = z
  .object({
    os: z.string().nullable(),
    architecture: z.string().nullable(),
    variant: z.string().nullable(),
    createdAt: z.iso.datetime().nullable(),
    author: z.string().nullable(),
    user: z.string().nullable(),
    workingDir: z.string().nullable(),
    entrypoint: z.array(z.string()),
    cmd: z.array(z.string()),
    env: z.array(z.string()),
    ports: z.array(z.string()),
    volumes: z.array(z.string()),
    labels: z.record(z.string(), z.string()),
  })
  .openapi('ImageConfig');

const referrer = z
  .object({
    digest: digestText,
    mediaType: z.string(),
    artifactType: z.string().nullable(),
    size: z.int(),
    annotations,
  })
  .openapi('Referrer');

export const versionView = z
  .object({
    tag: tagText.nullable(),
    ...facts,
    manifest: z.string().openapi({ description: 'The manifest as it was pushed.' }),
    annotations,
    subject: digestText.nullable(),
    config: config.nullable().openapi({
      description: 'Null for an index, an artifact, and where it cannot be read.',
    }),
    layers: z.array(layer).openapi({
      description: 'Layers and build steps, in order, lined up where the history allows it.',
    }),
    children: z.array(child).openapi({ description: 'What an index lists.' }),
    referrers: z.array(referrer).openapi({
      description: 'Signatures, SBOMs and other manifests about this one: the first 100.',
    }),
    moreReferrers: z.boolean(),
  })
  .openapi('VersionView');

export const versionDeletion = z
  .array(z.strictObject({ tag: z.string().max(128) }))
  .min(1)
  .max(500)
  .openapi('VersionDeletion');

export const versionDeletionResults = z
  .array(
    z.object({
      tag: tagText,
      ...itemDeletion,
    }),
  )
  .openapi('VersionDeletionResults');
