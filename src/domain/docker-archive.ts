import { z } from 'zod';
import { type Digest, isDigest } from './digest.ts';

/** An image as the manifest.json of a `docker save` archive lists it; paths are in the archive. */
export interface SavedImage {
  readonly configPath: string;
  /** `name:tag`, none for an image that was saved by its ID. */
  readonly names: readonly string[];
  /** From the lowest layer to the highest. */
  readonly layerPaths: readonly string[];
}

const savedImages = z
  .array(
    z
      .object({
        Config: z.string().min(1),
        RepoTags: z.array(z.string()).nullish(),
        Layers: z.array(z.string().min(1)).nullish(),
      })
      .transform(({ Config, RepoTags, Layers }) => ({
        configPath: Config,
        names: RepoTags ?? [],
        layerPaths: Layers ?? [],
      })),
  )
  .min(1);

/**
 * Parses a manifest.json; null when it is none.
 * https://github.com/moby/moby/blob/master/image/spec/v1.2.md
 */
export function parseSavedImages(json: string): readonly SavedImage[] | null {
  return parseWith(savedImages, json);
}

const diffIds = z.object({
  rootfs: z.object({
    diff_ids: z.array(z.string().refine(isDigest)).nullish(),
  }),
});

/** The digests of an image's layers before compression, from its config; null when it has none. */
export function parseDiffIds(json: string): readonly Digest[] | null {
  const config = parseWith(diffIds, json);
  return config && (config.rootfs.diff_ids ?? []);
}

function parseWith<T>(schema: z.ZodType<T>, json: string): T | null {
  try {
    return schema.safeParse(JSON.parse(json)).data ?? null;
  } catch {
    return null;
  }
}
