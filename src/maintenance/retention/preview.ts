import type { KeepReason, RetentionRules } from '../../domain/retention.ts';
import type { Database } from '../../storage/database.ts';
import { type GoneAccessory, listGoneAccessories } from './accessories.ts';
import { type JudgedStep, type JudgedVersion, judgeStep, type WalkPlace } from './walk.ts';

/** Maximum steps of a preview: about 60,000 versions, in 240 queries. */
const MAX_STEPS = 60;

/** What rules would do to the versions that were checked. */
interface PreviewTotal {
  readonly versions: number;
  /** Number of versions that would be deleted, and bytes of their content. */
  readonly gone: number;
  readonly goneSize: number;
  /** Number of accessories that would go: with their subject, or without one by their age. */
  readonly accessories: number;
  /** Number of versions that are kept, each by its first reason. */
  readonly kept: Readonly<Record<KeepReason, number>>;
  /** Whether all versions of the workspace were checked. */
  readonly complete: boolean;
}

/** A version, or an accessory without its subject, with the accessories that would go with it. */
interface GoneVersion extends JudgedVersion {
  readonly accessories: readonly GoneAccessory[];
}

/** A page of the versions that would be deleted. */
export interface RetentionPreviewPage {
  readonly versions: readonly GoneVersion[];
  readonly next: WalkPlace | null;
  /** Null except on the first page. */
  readonly total: PreviewTotal | null;
}

/**
 * Which versions rules would move to the trash if they were applied now, in that order. Changes
 * nothing.
 * @param after where the page starts; null: the first page, which also computes the total
 */
export async function previewRetention(
  db: Database,
  workspaceId: number,
  rules: RetentionRules,
  { after, limit }: { readonly after: WalkPlace | null; readonly limit: number },
  now: number,
): Promise<RetentionPreviewPage> {
  const gone: GoneVersion[] = [];
  let total = NOTHING;
  let place = after;
  let isEnd = false;
  for (let step = 0; step < MAX_STEPS && !isEnd; step++) {
    if (after !== null && gone.length > limit) break;
    const judged = await judgeStep(db, workspaceId, rules, place, now);
    const found = await withAccessories(db, rules, judged, now);
    total = addStep(total, judged, found);
    gone.push(...found.slice(0, limit + 1 - gone.length));
    isEnd = judged.next === null;
    place = judged.next;
  }
  const last = gone.length > limit ? gone[limit - 1] : undefined;
  return {
    versions: gone.slice(0, limit),
    next: last ? { image: last.image, tag: last.tag } : place,
    total: after === null ? { ...total, complete: isEnd } : null,
  };
}

const NOTHING = {
  versions: 0,
  gone: 0,
  goneSize: 0,
  accessories: 0,
  kept: { last: 0, recent: 0, pattern: 0, immutable: 0 },
};

/** What of a step would be deleted. */
async function withAccessories(
  db: Database,
  rules: RetentionRules,
  step: JudgedStep,
  now: number,
): Promise<GoneVersion[]> {
  const gone = step.versions.filter(({ keptFor }) => keptFor === null);
  const found = step.hasAccessories ? await listGoneAccessories(db, rules, step, gone, now) : [];
  const by = Map.groupBy(found, ({ imageId, with: tag }) => `${imageId} ${tag}`);
  return gone.map((one) => ({ ...one, accessories: by.get(`${one.imageId} ${one.tag}`) ?? [] }));
}

function addStep(
  total: typeof NOTHING,
  { versions, spared }: JudgedStep,
  found: readonly GoneVersion[],
): typeof NOTHING {
  const kept = { ...total.kept, last: total.kept.last + spared };
  let { gone, goneSize } = total;
  const judged = versions.filter(({ kind }) => kind === 'version');
  for (const { keptFor, size } of judged) {
    if (keptFor !== null) {
      kept[keptFor]++;
    } else {
      gone++;
      // Sizes are as declared, so their sum may exceed what JSON can represent.
      goneSize = Math.min(Number.MAX_SAFE_INTEGER, goneSize + size);
    }
  }
  const orphans = found.filter(({ kind }) => kind === 'orphan').length;
  return {
    versions: total.versions + judged.length + spared,
    gone,
    goneSize,
    accessories: found.reduce(
      (sum, one) => sum + one.accessories.length,
      total.accessories + orphans,
    ),
    kept,
  };
}
