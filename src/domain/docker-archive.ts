import * as z from 'zod/mini';
import type { Digest } from './digest.ts';
import { digestField } from './digest-field.ts';

/** An image in the manifest.json of a `docker save` archive. Paths are those in the archive. */
export interface SavedImage {
  readonly configPath: string;
  /** `name:tag`; empty for an image that was saved by its ID. */
  readonly names: readonly string[];
  /** The lowest layer first. */
  readonly layerPaths: readonly string[];
}

const path = z.string().check(z.minLength(1));

const savedImage = z.pipe(
  z.object({
    Config: path,
    RepoTags: z.nullish(z.array(z.string())),
    Layers: z.nullish(z.array(path)),
  }),
  z.transform(({ Config, RepoTags, Layers }) => ({
    configPath: Config,
    names: RepoTags ?? [],
    layerPaths: Layers ?? [],
  })),
);

const savedImages = z.array(savedImage).check(z.minLength(1));

/**
 * Parses a manifest.json; null if it is not one.
 * https://github.com/moby/moby/blob/master/image/spec/v1.2.md
 */
export function parseSavedImages(json: string): readonly SavedImage[] | null {
  return parseWith(savedImages, json);
}

const diffIds = z.object({
  rootfs: z.object({
    diff_ids: z.nullish(z.array(digestField)),
  }),
});

/** The digests of an image's uncompressed layers, from its config; null if it is not a config. */
export function parseDiffIds(json: string): readonly Digest[] | null {
  const config = parseWith(diffIds, json);
  return config && (config.rootfs.diff_ids ?? []);
}

function parseWith<T>(schema: z.ZodMiniType<T>, json: string): T | null {
  try {
    return schema.safeParse(JSON.parse(json)).data ?? null;
  } catch {
    return null;
  }
}
