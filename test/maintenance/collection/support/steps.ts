/** What people and time do to a workspace, as steps that fast-check makes up. */
import fc from 'fast-check';

const IMAGES = ['a', 'b'] as const;
export type ImageName = (typeof IMAGES)[number];

const TAGS = ['v1', 'v2'] as const;

/** In hours. */
export const DAYS = 24;

/** How many blobs there are to build images of. */
export const BLOBS = 5;

/**
 * Steps that build a state. Numbers choose among what is there, modulo how much that is; a step
 * that is refused, or for which there is nothing, changes nothing.
 */
export type Step =
  | {
      readonly do: 'push';
      readonly image: ImageName;
      /** Null: by digest only. */
      readonly tag: string | null;
      readonly blobs: readonly number[];
      /** Images of the same blobs with another of these are other manifests. */
      readonly variant?: number;
      /** A manifest pushed to the image before: it may have gone since. */
      readonly subject?: number | null;
      /** Too large for a row. */
      readonly isLarge?: boolean;
    }
  /** By a tag that names a manifest pushed to the image before, as cosign does. */
  | {
      readonly do: 'attach';
      readonly image: ImageName;
      readonly manifest: number;
      readonly blobs: readonly number[];
    }
  | {
      readonly do: 'pushIndex';
      readonly image: ImageName;
      readonly tag: string | null;
      readonly children: readonly number[];
    }
  | {
      readonly do: 'pushAgain';
      readonly image: ImageName;
      readonly tag: string | null;
      readonly manifest: number;
    }
  | { readonly do: 'pushBlob'; readonly image: ImageName; readonly blob: number }
  /** To the workspace of another project. */
  | { readonly do: 'pushElsewhere'; readonly blobs: readonly number[] }
  | { readonly do: 'deleteTag'; readonly image: ImageName; readonly tag: number }
  | { readonly do: 'deleteManifest'; readonly image: ImageName; readonly manifest: number }
  | { readonly do: 'deleteImage'; readonly image: ImageName }
  | { readonly do: 'deleteBlob'; readonly image: ImageName; readonly blob: number }
  | { readonly do: 'restore'; readonly entry: number }
  | { readonly do: 'purge'; readonly entry: number }
  /** Times are moved into the past. */
  | { readonly do: 'wait'; readonly hours: number }
  | { readonly do: 'keepUntagged'; readonly days: number | null }
  | { readonly do: 'collect'; readonly emptyTrash: boolean; readonly graceHours: number };

/** More often one and the same, so that there is more in it. */
const image = fc.constantFrom('a' as const, ...IMAGES);
const tag = fc.constantFrom(...TAGS);
const pick = fc.nat({ max: 7 });
const blob = fc.nat({ max: BLOBS - 1 });
const blobs = fc.uniqueArray(blob, { minLength: 1, maxLength: 3 });
const tagOrNone = fc.option(tag, { freq: 2 });

const record = <T extends Step['do'], R extends object>(
  name: T,
  fields: { [K in keyof R]: fc.Arbitrary<R[K]> },
) =>
  fc.record({ do: fc.constant(name), ...fields }) as unknown as fc.Arbitrary<
    Extract<Step, { do: T }>
  >;

const push = record('push', {
  image,
  tag: tagOrNone,
  blobs,
  variant: fc.nat({ max: 1 }),
  subject: fc.oneof({ weight: 3, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: pick }),
  isLarge: fc.nat({ max: 11 }).map((n) => n === 11),
});

const collectStep = record('collect', {
  emptyTrash: fc.constantFrom(false, false, true),
  graceHours: fc.constantFrom(1, 1, 0),
});

/** One step, the likelier the more there is to try about it. */
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: push },
  {
    weight: 3,
    arbitrary: record('pushIndex', {
      image,
      tag: tagOrNone,
      children: fc.uniqueArray(pick, { minLength: 1, maxLength: 3 }),
    }),
  },
  { weight: 3, arbitrary: record('attach', { image, manifest: pick, blobs }) },
  { weight: 3, arbitrary: record('pushAgain', { image, tag: tagOrNone, manifest: pick }) },
  { weight: 2, arbitrary: record('pushBlob', { image, blob }) },
  { weight: 1, arbitrary: record('pushElsewhere', { blobs }) },
  { weight: 4, arbitrary: record('deleteTag', { image, tag: pick }) },
  { weight: 3, arbitrary: record('deleteManifest', { image, manifest: pick }) },
  { weight: 1, arbitrary: record('deleteImage', { image }) },
  { weight: 2, arbitrary: record('deleteBlob', { image, blob }) },
  { weight: 2, arbitrary: record('restore', { entry: pick }) },
  { weight: 2, arbitrary: record('purge', { entry: pick }) },
  { weight: 4, arbitrary: record('wait', { hours: fc.constantFrom(0.6, 2, 3 * DAYS, 8 * DAYS) }) },
  { weight: 1, arbitrary: record('wait', { hours: fc.constant(31 * DAYS) }) },
  { weight: 1, arbitrary: record('keepUntagged', { days: fc.constantFrom(null, 0, 30) }) },
  { weight: 2, arbitrary: collectStep },
);

/** Steps, and collections at their end: one with the trash and one without, in either order. */
export const stepsArbitrary: fc.Arbitrary<Step[]> = fc
  .tuple(
    fc.constantFrom(null, 0, 30),
    fc.array(push, { minLength: 1, maxLength: 4 }),
    fc.array(step, { maxLength: 20, size: 'max' }),
    collectStep,
  )
  .map(([days, pushes, steps, last]) => [
    { do: 'keepUntagged', days },
    ...pushes,
    ...steps,
    last,
    { ...last, emptyTrash: !last.emptyTrash },
  ]);
