import { z } from 'zod';
import type { Digest } from './digest.ts';
import { type Platform, platformField } from './platforms.ts';

/** Content that a manifest names. */
export interface Descriptor {
  readonly digest: Digest;
  readonly mediaType: string;
  /** Bytes, as declared. */
  readonly size: number;
  readonly artifactType: string | null;
  readonly platform: Platform | null;
  readonly annotations: Readonly<Record<string, string>>;
}

/** What a stored manifest is made of, to be shown. */
export interface ManifestParts {
  readonly config: Descriptor | null;
  readonly layers: readonly Descriptor[];
  /** What an index lists. */
  readonly children: readonly Descriptor[];
  readonly subject: Digest | null;
  readonly annotations: Readonly<Record<string, string>>;
}

const annotations = z.record(z.string(), z.string()).catch({});

const descriptor = z
  .object({
    digest: z.string(),
    mediaType: z.string(),
    size: z.int().min(0),
    artifactType: z.string().nullable().catch(null),
    platform: platformField,
    annotations,
  })
  .transform(({ digest, ...rest }): Descriptor => ({ ...rest, digest: digest as Digest }));

const descriptors = z.array(descriptor).catch([]);

const parts = z.object({
  config: descriptor.nullable().catch(null),
  layers: descriptors,
  manifests: descriptors,
  subject: descriptor.nullable().catch(null),
  annotations,
});

/**
 * Reads the parts of a manifest that parseManifest took. What it had no reason to check, and
 * is odd, is left out.
 */
export function readParts(text: string): ManifestParts {
  const { manifests, subject, ...rest } = parts.parse(JSON.parse(text));
  return { ...rest, children: manifests, subject: subject?.digest ?? null };
}
