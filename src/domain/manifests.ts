import * as z from 'zod/mini';
import type { Digest } from './digest.ts';
import { digestField } from './digest-field.ts';
import { RegistryError } from './errors.ts';
import { typeOfContent } from './kinds.ts';
import {
  bareMediaType,
  isForeignLayer,
  isManifestMediaType,
  MANIFEST_TYPES,
  type ManifestMediaType,
} from './media-types.ts';
import { namePlatforms, platformField } from './platforms.ts';
import { ZOD_MESSAGES } from './zod-messages.ts';

/** The largest manifest that is accepted, in bytes: what the specification requires. */
export const MAX_MANIFEST_BYTES = 4 * 1024 * 1024;

/** Bytes of a referrer's annotations: every list of referrers repeats them. */
export const MAX_REFERRER_ANNOTATION_BYTES = 64 * 1024;

/** What the registry needs to know of a manifest; its bytes are stored unchanged. */
export interface Manifest {
  readonly mediaType: ManifestMediaType;
  /** As lists of referrers have it; without a subject, the type that tells what it is. */
  readonly artifactType: string | null;
  readonly subject: Digest | null;
  /** Config, layers and other blobs that must be in the same repository. */
  readonly blobs: readonly Digest[];
  /** Layers with an address elsewhere, which need not be in the repository. */
  readonly optionalBlobs: readonly Digest[];
  /** The field of the first address that only foreign layers may have by default; null: none. */
  readonly urlsField: string | null;
  /** Manifests of an index that must be in the same repository. */
  readonly children: readonly Digest[];
  readonly annotations: Readonly<Record<string, string>>;
  /** Bytes of config and layers together, as declared. */
  readonly contentSize: number;
  /** Of the images that an index lists; null for an image, whose config has it. */
  readonly platforms: readonly string[] | null;
  /** Of an image or an artifact; null for an index. */
  readonly config: { readonly digest: Digest; readonly mediaType: string } | null;
}

const descriptor = z.object({
  mediaType: z.string().check(z.maxLength(255)),
  digest: digestField,
  size: z.int().check(z.minimum(0)),
  platform: platformField,
  urls: z.catch(z.nullish(z.array(z.string())), null),
});

/**
 * A list, checked up to its first fault: zod would report every fault, which is too expensive
 * for a list of a million. Some clients write an empty list as null.
 */
const descriptors = z.pipe(
  z.nullable(z.array(z.unknown())),
  z.transform((list, context) => {
    const found: z.infer<typeof descriptor>[] = [];
    for (const [n, entry] of (list ?? []).entries()) {
      const result = descriptor.safeParse(entry, ZOD_MESSAGES);
      if (!result.success) return fault(context, [n], result.error.issues[0]);
      found.push(result.data);
    }
    return found;
  }),
);

const annotations = z.pipe(
  z.record(z.string(), z.unknown()),
  z.transform((all, context) => {
    const wrong = Object.keys(all).find((key) => typeof all[key] !== 'string');
    if (wrong !== undefined) return fault(context, [wrong], { message: 'is not text', path: [] });
    return all as Record<string, string>;
  }),
);

function fault(
  { value, issues }: z.core.ParsePayload,
  path: PropertyKey[],
  issue: { readonly message: string; readonly path: PropertyKey[] } | undefined,
): never {
  const message = issue?.message ?? 'is not valid';
  issues.push({ code: 'custom', input: value, message, path: [...path, ...(issue?.path ?? [])] });
  return z.NEVER;
}

const common = {
  schemaVersion: z.literal(2),
  mediaType: z.optional(z.string()),
  artifactType: z.optional(z.string().check(z.maxLength(255))),
  subject: z.nullish(descriptor),
  annotations: z.nullish(annotations),
};

const imageManifest = z.object({
  ...common,
  config: descriptor,
  layers: descriptors,
  manifests: z.optional(z.undefined('does not belong in an image manifest')),
});

const indexManifest = z.object({
  ...common,
  manifests: descriptors,
  config: z.optional(z.undefined('does not belong in an index')),
  layers: z.optional(z.undefined('does not belong in an index')),
});

/**
 * Parses a manifest's text. Unknown fields are allowed: the bytes are stored as they are.
 * https://github.com/opencontainers/image-spec/blob/main/manifest.md and image-index.md
 *
 * @param contentType the request's Content-Type; null: `mediaType` decides
 * @throws RegistryError MANIFEST_INVALID that names the invalid field
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
        ? 'neither Content-Type nor mediaType names the type of the manifest'
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
  const required = image.layers.filter((layer) => !hasUrls(layer));
  return {
    ...readCommon(mediaType, image, { ...image, children: [] }),
    blobs: distinct([image.config, ...required]),
    optionalBlobs: distinct(image.layers.filter(hasUrls)),
    urlsField: hasUrls(image.config) ? 'config.urls' : urlsFieldOf('layers', image.layers),
    children: [],
    contentSize: totalSize([image.config, ...required]),
    platforms: null,
    config: image.config,
  };
}

/** Whether content may be elsewhere. Without an address of the web no client could pull it. */
function hasUrls({ urls }: z.infer<typeof descriptor>): boolean {
  return (urls ?? []).some((url) => /^https?:\/\/[^/]/i.test(url));
}

function urlsFieldOf(list: string, entries: readonly z.infer<typeof descriptor>[]): string | null {
  const place = entries.findIndex((one) => hasUrls(one) && !isForeignLayer(one.mediaType));
  return place < 0 ? null : `${list}.${place}.urls`;
}

function readIndex(mediaType: ManifestMediaType, json: unknown): Manifest {
  const index = check(indexManifest, json);
  const isChild = (entry: { mediaType: string }) => isManifestMediaType(entry.mediaType);
  return {
    ...readCommon(mediaType, index, { config: null, layers: [], children: index.manifests }),
    // Build caches list layers in an index: what is not a manifest is a blob.
    blobs: distinct(index.manifests.filter((entry) => !isChild(entry))),
    optionalBlobs: [],
    urlsField: urlsFieldOf('manifests', index.manifests),
    children: distinct(index.manifests.filter(isChild)),
    contentSize: totalSize(index.manifests.filter((entry) => !isChild(entry))),
    platforms: namePlatforms(index.manifests.map((entry) => entry.platform)),
    config: null,
  };
}

function readCommon(
  mediaType: ManifestMediaType,
  manifest: z.infer<typeof imageManifest> | z.infer<typeof indexManifest>,
  content: Omit<Parameters<typeof typeOfContent>[0], 'artifactType'>,
) {
  const annotations = manifest.annotations ?? {};
  const subject = manifest.subject?.digest ?? null;
  const size = new TextEncoder().encode(JSON.stringify(annotations)).length;
  if (subject && size > MAX_REFERRER_ANNOTATION_BYTES) {
    throw invalid('the annotations of a manifest with a subject may have at most 64 KiB');
  }
  const { artifactType = null } = manifest;
  const told = typeOfContent({ ...content, artifactType });
  return {
    mediaType,
    artifactType: subject ? artifactType || (content.config?.mediaType ?? null) : told,
    subject,
    annotations,
  };
}

function check<T>(schema: z.ZodMiniType<T>, json: unknown): T {
  const result = schema.safeParse(json, ZOD_MESSAGES);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const field = issue?.path.join('.').slice(0, 200);
  throw invalid(`${field || 'manifest'}: ${issue?.message}`, { field });
}

function distinct(descriptors: readonly { digest: Digest }[]): Digest[] {
  return [...new Set(descriptors.map((entry) => entry.digest))];
}

function totalSize(descriptors: readonly { size: number }[]): number {
  const sum = descriptors.reduce((total, entry) => total + entry.size, 0);
  return Math.min(sum, Number.MAX_SAFE_INTEGER);
}

function invalid(message: string, detail?: unknown): RegistryError {
  return new RegistryError('MANIFEST_INVALID', message, { detail });
}
