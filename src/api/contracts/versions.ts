import { z } from '@hono/zod-openapi';
import { MANIFEST_KINDS } from '../../domain/kinds.ts';
import { SORT_DIRECTIONS, VERSION_SORTS } from '../../domain/lists.ts';
import { accessory } from './accessories.ts';
import { itemDeletion } from './bulk.ts';
import { lastUse, paging, userName } from './common.ts';
import { digestText } from './digest.ts';
import { imageParams } from './images.ts';
import { manifestKind } from './kinds.ts';

const tagText = z.string().openapi({ description: 'A tag.', example: '1.4.2' });

export const versionParams = imageParams.extend({ tag: tagText });
export const manifestParams = imageParams.extend({ digest: digestText });

const facts = {
  digest: digestText,
  mediaType: z.string(),
  kind: manifestKind,
  artifactType: z.string().nullable().openapi({
    description:
      'The type of an artifact, or of what its content tells; for an image, that of its config.',
  }),
  platforms: z.array(z.string()).openapi({
    description:
      'Platforms of the image, or of all images of an index, as containerd normalizes and writes them: os[(version[+feature…])]/architecture[/variant].',
    example: ['linux/amd64', 'linux/arm/v7', 'windows(10.0.20348.2700)/amd64'],
  }),
  size: z
    .int()
    .openapi({ description: 'Bytes of config and layers; for an index, of all its images.' }),
  pushedAt: z.iso.datetime(),
  pushedBy: userName,
  pulls: z.int().openapi({
    description: 'Pulls of its content: downloads of the manifest, by any tag or by digest.',
  }),
  lastPulledAt: z.iso.datetime().nullable(),
  lastUsedAt: lastUse,
};

export const version = z.object({ tag: tagText, ...facts }).openapi('Version');

export const versionsQuery = z.strictObject({
  ...paging,
  q: z.string().max(128).default('').openapi({
    description: 'Prefix of the tag. With it, versions are sorted by name.',
  }),
  sort: z.enum(VERSION_SORTS).default('updated'),
  order: z.enum(SORT_DIRECTIONS).optional().openapi({
    description: 'Default: ascending for names, descending for updates.',
  }),
});

const annotations = z.record(z.string(), z.string());

const layer = z
  .object({
    digest: digestText.nullable().openapi({ description: 'Null: the step created no layer.' }),
    mediaType: z.string().nullable(),
    size: z.int(),
    urls: z.array(z.string()).openapi({
      description: 'Where else the layer is, such as a foreign layer.',
    }),
    isElsewhere: z.boolean().openapi({
      description: 'The registry does not have the layer: clients fetch it from `urls`.',
    }),
    createdBy: z.string().nullable().openapi({ description: 'The build step.' }),
    createdAt: z.iso.datetime().nullable(),
    comment: z.string().nullable(),
  })
  .openapi('Layer');

const child = z
  .object({
    digest: digestText,
    mediaType: z.string(),
    kind: z.enum([...MANIFEST_KINDS, 'layer']).openapi({
      description: 'As of a manifest, or a layer in the index of a build cache.',
    }),
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
    osVersion: z.string().nullable().openapi({ example: '10.0.20348.2700' }),
    osFeatures: z.array(z.string()).openapi({ example: ['win32k'] }),
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
    kind: manifestKind,
    artifactType: z.string().nullable(),
    size: z.int(),
    createdAt: z.iso.datetime().nullable().openapi({ description: 'Null: not set.' }),
    annotations,
  })
  .openapi('Referrer');

export const versionView = z
  .object({
    tag: tagText.nullable(),
    ...facts,
    manifest: z.string().openapi({ description: 'The manifest exactly as it was pushed.' }),
    annotations,
    subject: digestText.nullable(),
    config: config.nullable().openapi({
      description: 'Null for an index, for an artifact, and if it cannot be read.',
    }),
    layers: z.array(layer).openapi({
      description: 'Layers and build steps in order, matched where the history allows it.',
    }),
    children: z.array(child).openapi({ description: 'The manifests of an index.' }),
    accessories: z.array(accessory).openapi({
      description: 'The first 100 tags that attach a signature, an SBOM or the like to this one.',
    }),
    moreAccessories: z.boolean(),
    referrers: z.array(referrer).openapi({
      description: 'The first 100 signatures, SBOMs and other manifests that refer to this one.',
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
