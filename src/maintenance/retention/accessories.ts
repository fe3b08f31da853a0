import type { RetentionRules } from '../../domain/retention.ts';
import type { Database } from '../../storage/database.ts';
import {
  listReachedAccessories,
  type ReachedAccessory,
  type RetainedVersion,
} from '../../storage/retention/retention.ts';
import { type JudgedStep, judge } from './walk.ts';

/** An accessory that goes with the last of the versions that reach its subject. */
export interface GoneAccessory
  extends Pick<
    RetainedVersion,
    'imageId' | 'tag' | 'digest' | 'size' | 'pushedAt' | 'lastPulledAt' | 'lastUsedAt'
  > {
  /** The last of them by name. */
  readonly with: string;
}

/** The accessories that go with some versions of a step, which rules do not keep. */
export async function listGoneAccessories(
  db: Database,
  rules: RetentionRules,
  { lastKept }: JudgedStep,
  gone: readonly RetainedVersion[],
  now: number,
): Promise<GoneAccessory[]> {
  if (gone.length === 0) return [];
  const places = new Map(lastKept.map((place) => [place.imageId, place]));
  const isGone = (version: RetainedVersion) =>
    judge(rules, version, places.get(version.imageId) ?? null, now) === null;
  const reached = await listReachedAccessories(db, gone);
  const all = Map.groupBy(reached, ({ imageId, accessory }) => `${imageId} ${accessory}`);
  return [...all.values()].filter((reaches) => reaches.every(isGone)).map(describe);
}

/** @param reaches of one accessory, at least one */
function describe(reaches: readonly ReachedAccessory[]): GoneAccessory {
  const [one] = reaches as [ReachedAccessory];
  return {
    imageId: one.imageId,
    tag: one.accessory,
    digest: one.accessoryDigest,
    size: one.accessorySize,
    pushedAt: one.accessoryPushedAt,
    lastPulledAt: one.accessoryPulledAt,
    lastUsedAt: one.accessoryUsedAt,
    with:
      reaches
        .map(({ tag }) => tag)
        .sort()
        .at(-1) ?? '',
  };
}
