import * as z from 'zod/mini';
import type { Digest } from './digest.ts';
import { digestField } from './digest-field.ts';
import { isForeignLayer } from './media-types.ts';
import { ZOD_MESSAGES } from './zod-messages.ts';

/** An image in the manifest.json of a `docker save` archive. Paths are those in the archive. */
export interface SavedImage {
  readonly configPath: string;
  /** `name:tag`; empty for an image that was saved by its ID. */
  readonly names: readonly string[];
  /** The lowest layer first. */
  readonly layerPaths: readonly string[];
  /**
   * Whether it describes its layers, as Docker's classic image store does since version 25: its
   * layers are those on its disk, not those that it pulled or would push.
   */
  readonly hasLayerSources: boolean;
  /** Layers that may be elsewhere, by diffId. */
  readonly foreignLayers: ReadonlyMap<string, ForeignLayer>;
}

/** A layer that clients fetch from elsewhere, such as the base of Windows. */
export interface ForeignLayer {
  readonly mediaType: string;
  readonly size: number;
  readonly digest: Digest;
  /** At least one. */
  readonly urls: readonly string[];
}

const layerSource = z.object({
  mediaType: z.string(),
  size: z.int().check(z.minimum(0)),
  digest: digestField,
  urls: z.array(z.string()).check(z.minLength(1)),
});

/** Sources of layers that are in the archive have no address, and are left out. */
function readForeignLayers(sources: unknown): ReadonlyMap<string, ForeignLayer> {
  const found = new Map<string, ForeignLayer>();
  for (const [diffId, source] of Object.entries(sources ?? {})) {
    const { data } = layerSource.safeParse(source);
    if (data && isForeignLayer(data.mediaType)) found.set(diffId, data);
  }
  return found;
}

const path = z.string().check(z.minLength(1, 'is empty'));

const savedImage = z.pipe(
  z.object({
    Config: path,
    RepoTags: z.nullish(z.array(z.string())),
    Layers: z.nullish(z.array(path)),
    LayerSources: z.optional(z.unknown()),
  }),
  z.transform(
    ({ Config, RepoTags, Layers, LayerSources }): SavedImage => ({
      configPath: Config,
      names: RepoTags ?? [],
      layerPaths: Layers ?? [],
      hasLayerSources: typeof LayerSources === 'object' && LayerSources !== null,
      foreignLayers: readForeignLayers(LayerSources),
    }),
  ),
);

const savedImages = z.array(savedImage).check(z.minLength(1, 'it lists no images'));

/**
 * Parses a manifest.json; a text says why it is not one.
 * https://github.com/moby/moby/blob/master/image/spec/v1.2.md
 */
export function parseSavedImages(json: string): readonly SavedImage[] | string {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return 'it is not JSON';
  }
  if (!Array.isArray(value)) return 'it lists no images';
  const { data, error } = savedImages.safeParse(value, ZOD_MESSAGES);
  if (data) return data;
  const issue = error.issues[0];
  return [issue?.path.join('.'), issue?.message].filter(Boolean).join(': ');
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
