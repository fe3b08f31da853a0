import { z } from 'zod';
import { type Digest, isDigest } from './digest.ts';
import { RegistryError } from './errors.ts';
import {
  bareMediaType,
  isForeignLayer,
  isManifestMediaType,
  MANIFEST_TYPES,
  type ManifestMediaType,
} from './media-types.ts';

/** The largest manifest this registry takes, in bytes: what the specification asks for. */
export const MAX_MANIFEST_BYTES = 4 * 1024 * 1024;

/** Annotations of a referrer are repeated in every list of referrers, so they are bounded. */
export const MAX_REFERRER_ANNOTATION_BYTES = 64 * 1024;

/** What the registry needs to know of a manifest; its bytes are kept apart, unchanged. */
export interface Manifest {
  readonly mediaType: ManifestMediaType;
  /** As a referrer shows it: `artifactType`, else the config's media type. */
  readonly artifactType: string | null;
  readonly subject: Digest | null;
  /** Config, layers and other content that must be in the same repository. */
  readonly blobs: readonly Digest[];
  /** Foreign layers, which may be there or not. */
  readonly optionalBlobs: readonly Digest[];
  /** Manifests of an index that must be in the same repository. */
  readonly children: readonly Digest[];
  readonly annotations: Readonly<Record<string, string>>;
  /** Bytes of config and layers together, as the manifest declares them. */
  readonly contentSize: number;
}

const descriptor = z.object({
  mediaType: z.string().max(255),
  digest: z
    .string()
    .refine(isDigest, 'is not a sha256 or sha512 digest')
    .transform((text) => text as Digest),
  size: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER),
});

const common = {
  schemaVersion: z.literal(2),
  mediaType: z.string().optional(),
  artifactType: z.string().max(255).optional(),
  subject: descriptor.nullish(),
  annotations: z.record(z.string(), z.string()).nullish(),
};

const imageManifest = z.object({
  ...common,
  config: descriptor,
  layers: z.array(descriptor),
  manifests: z.undefined('does not belong in an image manifest').optional(),
});

const indexManifest = z.object({
  ...common,
  manifests: z.array(descriptor),
  layers: z.undefined('does not belong in an index').optional(),
});

/**
 * Parses a manifest's text. Fields we do not know are let pass: the bytes are stored as
 * they came.
 * https://github.com/opencontainers/image-spec/blob/main/manifest.md and image-index.md
 *
 * @param contentType the request's Content-Type; without one `mediaType` must say
 * @throws RegistryError MANIFEST_INVALID, naming the field at fault
 */
export function parseManifest(contentType: string | null, text: string): Manifest {
  const json = parseJson(text);
  const mediaType = decideMediaType(contentType, json);
  return MANIFEST_TYPES[mediaType] === 'image'
    ? readImage(mediaType, json)
    : readIndex(mediaType, json);
}

function parseJson(text: string): Record<string, unknown> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw invalid('the manifest is not JSON');
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw invalid('the manifest is not a JSON object');
  }
  return json as Record<string, unknown>;
}

function decideMediaType(
  contentType: string | null,
  json: Record<string, unknown>,
): ManifestMediaType {
  const sent = bareMediaType(contentType ?? '');
  const field = typeof json.mediaType === 'string' ? json.mediaType : '';
  if (
    json.schemaVersion === 1 ||
    sent.startsWith('application/vnd.docker.distribution.manifest.v1+')
  ) {
    throw invalid(
      'Docker schema 1 manifests are not supported: push with Docker 1.10 or later, which writes schema 2',
    );
  }
  const mediaType = sent === '' || sent === 'application/json' ? field : sent;
  if (!isManifestMediaType(mediaType)) {
    throw invalid(
      mediaType === ''
        ? 'neither Content-Type nor mediaType says what kind of manifest this is'
        : `manifests of type ${mediaType.slice(0, 100)} are not supported`,
    );
  }
  if (field !== '' && field !== mediaType) {
    throw invalid(
      `Content-Type is ${mediaType}, but mediaType in the manifest is ${field.slice(0, 100)}`,
    );
  }
  return mediaType;
}

function readImage(mediaType: ManifestMediaType, json: unknown): Manifest {
  const image = check(imageManifest, json);
  const required = image.layers.filter((layer) => !isForeignLayer(layer.mediaType));
  const foreign = image.layers.filter((layer) => isForeignLayer(layer.mediaType));
  return {
    ...readCommon(mediaType, image, image.config.mediaType),
    blobs: distinct([image.config, ...required]),
    optionalBlobs: distinct(foreign),
    children: [],
    contentSize: totalSize([image.config, ...required]),
  };
}

function readIndex(mediaType: ManifestMediaType, json: unknown): Manifest {
  const index = check(indexManifest, json);
  const isChild = (entry: { mediaType: string }) => isManifestMediaType(entry.mediaType);
  return {
    ...readCommon(mediaType, index, null),
    // Build caches list layers in an index: what is no manifest is content like any other.
    blobs: distinct(index.manifests.filter((entry) => !isChild(entry))),
    optionalBlobs: [],
    children: distinct(index.manifests.filter(isChild)),
    contentSize: totalSize(index.manifests.filter((entry) => !isChild(entry))),
  };
}

function readCommon(
  mediaType: ManifestMediaType,
  manifest: z.infer<typeof imageManifest> | z.infer<typeof indexManifest>,
  fallbackArtifactType: string | null,
) {
  const annotations = manifest.annotations ?? {};
  const subject = manifest.subject?.digest ?? null;
  if (subject && JSON.stringify(annotations).length > MAX_REFERRER_ANNOTATION_BYTES) {
    throw invalid('the annotations of a manifest with a subject may take 64 KiB');
  }
  return {
    mediaType,
    artifactType: manifest.artifactType || fallbackArtifactType,
    subject,
    annotations,
  };
}

function check<T>(schema: z.ZodType<T>, json: unknown): T {
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw invalid(`${issue?.path.join('.') || 'manifest'}: ${issue?.message}`, {
    field: issue?.path.join('.'),
  });
}

function distinct(descriptors: readonly { digest: Digest }[]): Digest[] {
  return [...new Set(descriptors.map((entry) => entry.digest))];
}

function totalSize(descriptors: readonly { size: number }[]): number {
  return descriptors.reduce((sum, entry) => sum + entry.size, 0);
}

function invalid(message: string, detail?: unknown): RegistryError {
  return new RegistryError('MANIFEST_INVALID', message, { detail });
}
