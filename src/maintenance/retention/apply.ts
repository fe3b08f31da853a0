import { parseRules } from '../../domain/retention.ts';
import type { Services } from '../../services.ts';
import {
  moveUnkeptToTrash,
  nextRetaining,
  type RetainingWorkspace,
} from '../../storage/retention/retention.ts';
import { readSweep, writeSweep } from '../../storage/sweep-cursors.ts';
import { flushCounters } from '../flush-counters.ts';
import { judgeStep, type WalkPlace } from './walk.ts';

/** Who deletes what rules do not keep; no user can have this name. */
export const RETENTION_ACTOR = 'retention rules';

/** Steps of one slice: some 50,000 versions, in 350 queries at most. */
const MAX_STEPS = 50;

/** Pull counters that one slice asks, besides those of its last step: each is a subrequest. */
const MAX_ASKED = 2000;

const SWEEP = 'retention';

/** Progress of the sweep: a workspace (by id), and the place in it after which to continue. */
interface SweepPlace {
  readonly workspace: number;
  readonly after: WalkPlace | null;
}

const START: SweepPlace = { workspace: 0, after: null };

/**
 * Moves versions that the rules of their workspace do not keep to the trash. One slice continues
 * where the previous one ended, workspace by workspace, so that each gets its turn. After a crash,
 * one step is repeated. Answers how many versions were moved.
 * @param maxSteps steps of about a thousand versions each
 */
export async function applyRetention(
  services: Services,
  now: number,
  maxSteps = MAX_STEPS,
): Promise<number> {
  const { db } = services;
  let place: SweepPlace | null = (await readSweep<SweepPlace>(db, SWEEP)) ?? START;
  let [trashed, asked] = [0, 0];
  for (let step = 0; step < maxSteps && asked < MAX_ASKED && place !== null; step++) {
    const workspace = await nextRetaining(db, place.workspace);
    if (workspace === null) {
      place = null;
    } else {
      const after: WalkPlace | null = workspace.id === place.workspace ? place.after : null;
      const done = await applyStep(services, workspace, after, now);
      trashed += done.trashed;
      asked += done.asked;
      place = done.next
        ? { workspace: workspace.id, after: done.next }
        : { workspace: workspace.id + 1, after: null };
    }
    await writeSweep(db, SWEEP, place ?? START, now);
  }
  return trashed;
}

interface AppliedStep {
  readonly trashed: number;
  /** Number of pull counters that were asked. */
  readonly asked: number;
  readonly next: WalkPlace | null;
}

async function applyStep(
  { db, pulls }: Services,
  workspace: RetainingWorkspace,
  after: WalkPlace | null,
  now: number,
): Promise<AppliedStep> {
  const rules = parseRules(workspace.retention);
  const { versions, lastKept, next } = await judgeStep(db, workspace.id, rules, after, now);
  const unkept = versions.filter(({ keptFor }) => keptFor === null);
  // Without `keepDays` their last use decides nothing.
  const asked = new Set(rules.keepDays === null ? [] : unkept.map(({ imageId }) => imageId));
  const answered = await flushCounters(pulls, asked);
  const known = unkept.filter(({ imageId }) => !asked.has(imageId) || answered.has(imageId));
  const moving = { workspace, versions: known, keepLast: rules.keepLast, lastKept };
  const trashed = await moveUnkeptToTrash(db, moving, RETENTION_ACTOR, now);
  return { trashed, asked: asked.size, next };
}
