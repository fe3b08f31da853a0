import { subjectOfTag } from '../../domain/accessories.ts';
import { expires, type KeepReason, type RetentionRules, whyKept } from '../../domain/retention.ts';
import { hasWildcard } from '../../domain/tag-patterns.ts';
import { HOUR_MS } from '../../domain/time.ts';
import type { Database } from '../../storage/database.ts';
import {
  type LastKept,
  listLastKept,
  listRetainedImages,
  listTagsAfter,
  listTagsOf,
  type RetainedImage,
  type RetainedVersion,
} from '../../storage/retention/retention.ts';

/** Maximum versions of one step, and images. */
const STEP_VERSIONS = 1000;
const STEP_IMAGES = 500;

/** Sorts after every tag. */
const LAST_TAG = '\u{10ffff}';

/** Position in a walk through the versions of a workspace: an image, and a tag in it. */
export interface WalkPlace {
  readonly image: string;
  readonly tag: string;
}

/** A version or an accessory without a subject, and why it is kept; null: it is not. */
export interface JudgedVersion extends RetainedVersion {
  readonly image: string;
  readonly keptFor: KeepReason | null;
}

/** What one step found. */
export interface JudgedStep {
  readonly versions: readonly JudgedVersion[];
  /** Number of versions in images that have no more versions than `keepLast`. */
  readonly spared: number;
  /** Whether an image among them has accessories. */
  readonly hasAccessories: boolean;
  readonly lastKept: readonly LastKept[];
  /** Where the next step continues; null: all versions are checked. */
  readonly next: WalkPlace | null;
}

/**
 * Judges the next versions of a workspace, about a thousand, in three queries.
 * @param after null: from the start
 */
export async function judgeStep(
  db: Database,
  workspaceId: number,
  rules: RetentionRules,
  after: WalkPlace | null,
  now: number,
): Promise<JudgedStep> {
  if (!expires(rules)) return NOTHING;
  const { keepLast } = rules;
  const found = await listRetainedImages(db, workspaceId, after?.image ?? '', STEP_IMAGES);
  const { images, spared, end } = pickImages(found, rules, after);
  const tags = await readTags(db, images, after);
  const ids = images.map(({ id }) => id);
  const lastKept = keepLast === null ? [] : await listLastKept(db, ids, keepLast);
  const names = new Map(images.map(({ id, name }) => [id, name]));
  const places = new Map(lastKept.map((place) => [place.imageId, place]));
  const versions = tags.map((version) => ({
    ...version,
    image: names.get(version.imageId) ?? '',
    keptFor: judge(rules, version, places.get(version.imageId) ?? null, now),
  }));
  const isCut = images.length === 1 && tags.length >= STEP_VERSIONS;
  return {
    // What is attached to a version goes with that.
    versions: versions.filter(({ kind }) => kind !== 'attached'),
    spared,
    hasAccessories: images.some(({ accessories }) => accessories > 0),
    lastKept,
    next: isCut ? placeOf(versions.at(-1)) : end,
  };
}

const NOTHING: JudgedStep = {
  versions: [],
  spared: 0,
  hasAccessories: false,
  lastKept: [],
  next: null,
};

/**
 * Why rules keep a tag; null: they do not. An accessory without its subject counts among no last
 * versions: it goes by its age alone, and stays where no rule is about that.
 */
export function judge(
  rules: RetentionRules,
  { lastUsedAt, ...rest }: RetainedVersion,
  lastKept: LastKept | null,
  now: number,
): KeepReason | null {
  // The last use is known by its hour: it may have been at its end.
  const version = { ...rest, lastUsedAt: lastUsedAt && lastUsedAt + HOUR_MS };
  if (version.kind === 'version') return whyKept(rules, version, lastKept, now);
  if (rules.keepDays === null) return 'recent';
  // By the same words as the views of immutable tags (migrations/0019_immutable_tags.sql).
  const isNamed = subjectOfTag(version.tag, version.digest) !== null;
  const immutableTags = rules.immutableTags.filter((one) => !isNamed || !hasWildcard(one));
  return whyKept({ ...rules, keepLast: null, immutableTags }, version, null, now);
}

const placeOf = (version?: JudgedVersion): WalkPlace | null =>
  version ? { image: version.image, tag: version.tag } : null;

/** The images of one step: some as a whole, or a part of a large one. */
interface PickedImages {
  readonly images: readonly RetainedImage[];
  readonly spared: number;
  /** The position after them; null: none follow. */
  readonly end: WalkPlace | null;
}

function pickImages(
  found: readonly RetainedImage[],
  { keepLast, keepDays }: RetentionRules,
  after: WalkPlace | null,
): PickedImages {
  const images: RetainedImage[] = [];
  let [versions, spared] = [0, 0];
  let end: WalkPlace | null = null;
  for (const image of found) {
    if (image.name === after?.image && after.tag === LAST_TAG) continue;
    const tags = image.versions + image.accessories;
    if (image.versions <= (keepLast ?? 0) && (keepDays === null || image.accessories === 0)) {
      spared += image.versions;
    } else {
      if (images.length > 0 && versions + tags > STEP_VERSIONS) break;
      images.push(image);
      versions += tags;
    }
    end = { image: image.name, tag: LAST_TAG };
    if (versions >= STEP_VERSIONS) break;
  }
  const isAll = found.length < STEP_IMAGES && found.at(-1)?.name === (end?.image ?? after?.image);
  return { images, spared, end: isAll ? null : end };
}

async function readTags(
  db: Database,
  images: readonly RetainedImage[],
  after: WalkPlace | null,
): Promise<RetainedVersion[]> {
  const [first, ...others] = images;
  if (first === undefined) return [];
  const from = after?.image === first.name ? after.tag : '';
  if (others.length === 0) return await listTagsAfter(db, first.id, from, STEP_VERSIONS);
  const ids = images.map(({ id }) => id);
  const versions = await listTagsOf(db, ids);
  return versions.filter(({ imageId, tag }) => imageId !== first.id || tag > from);
}
