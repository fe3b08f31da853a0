import * as z from 'zod/mini';
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
  /** Where else it is, such as a foreign layer; a registry need not have it. */
  readonly urls: readonly string[];
}

/** The parts of a stored manifest, to show them. */
export interface ManifestParts {
  readonly artifactType: string | null;
  readonly config: Descriptor | null;
  readonly layers: readonly Descriptor[];
  /** The manifests that an index lists. */
  readonly children: readonly Descriptor[];
  readonly subject: Digest | null;
  readonly annotations: Readonly<Record<string, string>>;
}

const annotations = z.catch(z.record(z.string(), z.string()), {});

const descriptor = z.pipe(
  z.object({
    digest: z.string(),
    mediaType: z.string(),
    size: z.int().check(z.minimum(0)),
    artifactType: z.catch(z.nullable(z.string()), null),
    platform: platformField,
    annotations,
    urls: z.catch(z.array(z.string()), []),
  }),
  z.transform(({ digest, ...rest }): Descriptor => ({ ...rest, digest: digest as Digest })),
);

const descriptorOrNone = z.catch(z.nullable(descriptor), null);
const descriptors = z.catch(z.array(descriptor), []);

const parts = z.object({
  artifactType: z.catch(z.nullable(z.string()), null),
  config: descriptorOrNone,
  layers: descriptors,
  manifests: descriptors,
  subject: descriptorOrNone,
  annotations,
});

/**
 * Reads the parts of a manifest that parseManifest has accepted. Invalid fields that it does not
 * check are left out.
 */
export function parseManifestParts(text: string): ManifestParts {
  const { manifests, subject, ...rest } = parts.parse(JSON.parse(text));
  return { ...rest, children: manifests, subject: subject?.digest ?? null };
}
