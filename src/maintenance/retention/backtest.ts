import { subjectOfTag } from '../../domain/accessories.ts';
import type { RetentionRules } from '../../domain/retention.ts';
import { type BacktestDeletion, backtestImage } from '../../domain/retention-backtest.ts';
import { DAY_MS } from '../../domain/time.ts';
import type { Database } from '../../storage/database.ts';
import {
  type ImagePast,
  listImagePasts,
  listPullsOf,
  listTagLives,
} from '../../storage/retention/history.ts';

/** Maximum rows of history that one call reads, and one step of it. */
const MAX_ROWS = 100_000;
const STEP_ROWS = 20_000;

/** Maximum images of one step, and steps of one call. */
const STEP_IMAGES = 20;
const MAX_STEPS = 60;

/** Number of examples. */
const MAX_SAMPLES = 20;

/** A version that would have been deleted, and was pulled afterwards. */
interface Sample extends BacktestDeletion {
  readonly image: string;
}

/** What rules would have deleted. */
export interface Backtest {
  readonly deleted: number;
  /** How many of these were pulled afterwards. */
  readonly pulledAfterwards: number;
  /** Those with the most pulls. */
  readonly samples: readonly Sample[];
  readonly images: number;
  /** Names of images with more history than one call reads. */
  readonly skipped: readonly string[];
  /** The image after which the next call continues; null: all were checked. */
  readonly next: string | null;
}

const NOTHING: Backtest = {
  deleted: 0,
  pulledAfterwards: 0,
  samples: [],
  images: 0,
  skipped: [],
  next: '',
};

/**
 * What rules would have deleted in the last days, and how much of that was pulled afterwards,
 * from the tag history and the recorded pulls of the existing images.
 * @param after the image after which to continue; empty: from the start
 */
export async function backtestRetention(
  db: Database,
  workspaceId: number,
  rules: RetentionRules,
  { days, after }: { readonly days: number; readonly after: string },
  now: number,
): Promise<Backtest> {
  const today = Math.floor(now / DAY_MS);
  const period: Period = { first: today - days + 1, last: today };
  const fromDay = period.first - (rules.keepDays ?? 0) - 1;
  let found: Backtest = { ...NOTHING, next: after };
  let rows = 0;
  for (let step = 0; step < MAX_STEPS && found.next !== null && rows < MAX_ROWS; step++) {
    const options = { fromDay, most: MAX_ROWS, limit: STEP_IMAGES };
    const pasts = await listImagePasts(db, workspaceId, found.next, options);
    const picked = pickImages(pasts, MAX_ROWS - rows);
    if (picked.length === 0 && pasts.length > 0) break;
    const isEnd = picked.length === pasts.length && pasts.length < STEP_IMAGES;
    rows += sumRows(picked);
    const deletions = await backtestImages(db, picked.filter(fits), rules, period, fromDay);
    found = addStep(found, picked, deletions, isEnd);
  }
  return found;
}

interface Period {
  readonly first: number;
  readonly last: number;
}

const fits = ({ rows }: ImagePast) => rows <= MAX_ROWS;

const sumRows = (pasts: readonly ImagePast[]) => pasts.reduce((sum, { rows }) => sum + rows, 0);

/** The first images whose rows fit into this step; one that is too large for any call is included, to be skipped. */
function pickImages(pasts: readonly ImagePast[], left: number): readonly ImagePast[] {
  const [first, ...others] = pasts;
  if (first === undefined || (fits(first) && first.rows > left)) return [];
  const picked = [first];
  const limit = Math.min(left, STEP_ROWS);
  for (const past of others) {
    if (sumRows(picked) + past.rows > limit) break;
    picked.push(past);
  }
  return picked;
}

async function backtestImages(
  db: Database,
  images: readonly ImagePast[],
  rules: RetentionRules,
  period: Period,
  fromDay: number,
): Promise<Sample[]> {
  const ids = images.map(({ id }) => id);
  const lives = await listTagLives(db, ids, period.first * DAY_MS);
  const pulls = await listPullsOf(db, ids, fromDay);
  // Accessories go with their subject, and the history knows them by their names.
  const versions = lives.filter(({ tag, digest }) => subjectOfTag(tag, digest) === null);
  const livesOf = Map.groupBy(versions, ({ imageId }) => imageId);
  const pullsOf = Map.groupBy(pulls, ({ imageId }) => imageId);
  return images.flatMap(({ id, name }) =>
    backtestImage(rules, livesOf.get(id) ?? [], pullsOf.get(id) ?? [], period).map((deletion) => ({
      ...deletion,
      image: name,
    })),
  );
}

function addStep(
  found: Backtest,
  picked: readonly ImagePast[],
  deletions: readonly Sample[],
  isEnd: boolean,
): Backtest {
  const regretted = deletions.filter(({ pulls }) => pulls > 0);
  const samples = [...found.samples, ...regretted].sort((a, b) => b.pulls - a.pulls);
  const skipped = picked.filter((past) => !fits(past)).map(({ name }) => name);
  return {
    deleted: found.deleted + deletions.length,
    pulledAfterwards: found.pulledAfterwards + regretted.length,
    samples: samples.slice(0, MAX_SAMPLES),
    images: found.images + picked.length - skipped.length,
    skipped: [...found.skipped, ...skipped],
    next: isEnd ? null : (picked.at(-1)?.name ?? found.next),
  };
}
