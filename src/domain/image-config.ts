import * as z from 'zod/mini';
import { parseCreated } from './created.ts';
import type { Descriptor } from './manifest-parts.ts';
import { type Platform, platformField } from './platforms.ts';

/** How an image runs and was built, from its config. */
export interface ImageConfig {
  readonly platform: Platform | null;
  /** RFC 3339, UTC; null if it is not set, or to a time that means so. */
  readonly createdAt: string | null;
  readonly author: string | null;
  readonly user: string | null;
  readonly workingDir: string | null;
  readonly entrypoint: readonly string[];
  readonly cmd: readonly string[];
  readonly env: readonly string[];
  /** `port/protocol`. */
  readonly ports: readonly string[];
  readonly volumes: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly history: readonly BuildStep[];
}

/** A step of the build; `empty`: it made no layer. */
export interface BuildStep {
  readonly createdAt: string | null;
  readonly createdBy: string | null;
  readonly comment: string | null;
  readonly empty: boolean;
}

const IMAGE_CONFIG_TYPES = [
  'application/vnd.oci.image.config.v1+json',
  'application/vnd.docker.container.image.v1+json',
];

/** Whether a config of this type is an image's; an artifact's config may be anything. */
export function isImageConfig(mediaType: string): boolean {
  return IMAGE_CONFIG_TYPES.includes(mediaType);
}

const text = z.catch(
  z.nullable(
    z.pipe(
      z.string(),
      z.transform((value) => value || null),
    ),
  ),
  null,
);
const texts = z.catch(z.array(z.string()), []);
/** Docker writes sets as objects with empty values. */
const names = z.catch(
  z.pipe(
    z.record(z.string(), z.unknown()),
    z.transform((set) => Object.keys(set)),
  ),
  [],
);
const time = z.catch(z.nullable(z.pipe(z.string(), z.transform(parseCreated))), null);

const execution = z.object({
  User: text,
  WorkingDir: text,
  Entrypoint: texts,
  Cmd: texts,
  Env: texts,
  ExposedPorts: names,
  Volumes: names,
  Labels: z.catch(z.record(z.string(), z.string()), {}),
});

const step = z.object({
  created: time,
  created_by: text,
  comment: text,
  empty_layer: z.catch(z.boolean(), false),
});

const imageConfig = z.object({
  created: time,
  author: text,
  config: z.catch(execution, execution.parse({})),
  history: z.catch(z.array(step), []),
});

/**
 * Reads an image's config, which a client wrote: fields that are missing or invalid are left out.
 * Null if it is not a JSON object.
 * https://github.com/opencontainers/image-spec/blob/main/config.md
 */
export function parseImageConfig(json: string): ImageConfig | null {
  const value = parseJson(json);
  const { success, data } = imageConfig.safeParse(value);
  if (!success) return null;
  const { config, history } = data;
  return {
    platform: platformField.parse(value),
    createdAt: data.created,
    author: data.author,
    user: config.User,
    workingDir: config.WorkingDir,
    entrypoint: config.Entrypoint,
    cmd: config.Cmd,
    env: config.Env,
    ports: config.ExposedPorts,
    volumes: config.Volumes,
    labels: config.Labels,
    history: history.map((one) => ({
      createdAt: one.created,
      createdBy: one.created_by,
      comment: one.comment,
      empty: one.empty_layer,
    })),
  };
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
}

/** A layer and the build step that made it; one of them may be missing. */
export interface BuiltLayer {
  readonly layer: Descriptor | null;
  readonly step: BuildStep | null;
}

/**
 * Pairs layers with the steps of the build, in order; a step that made no layer has none. If
 * the numbers do not match, layers have no steps.
 */
export function lineUp(
  layers: readonly Descriptor[],
  history: readonly BuildStep[],
): readonly BuiltLayer[] {
  const made = history.filter((one) => !one.empty).length;
  if (made !== layers.length) return layers.map((layer) => ({ layer, step: null }));
  let next = 0;
  return history.map((one) => ({
    layer: one.empty ? null : (layers[next++] ?? null),
    step: one,
  }));
}
