import * as z from 'zod/mini';
import { addErrors } from '../../domain/runs.ts';
import { isTransient, logFailure } from '../../storage/failures.ts';
import { endRun, type RunReport, saveProgress } from '../../storage/garbage/collection-runs.ts';
import { summarizeKept } from '../../storage/garbage/kept-summary.ts';
import { PHASES } from './phases.ts';
import {
  type Json,
  type Phase,
  reasonOf,
  type SliceContext,
  type SliceResult,
  timesOf,
} from './slice.ts';

/** Tries of one slice, before the run continues without the rest of that phase. */
const MAX_TRIES = 3;
/** The same while the platform fails: with the waits between them, some minutes. */
const MAX_TRANSIENT_TRIES = 10;

/** The place after the last phase. */
const END = 'end';

const cursorSchema = z.object({
  phase: z.string(),
  at: z.nullable(z.json()),
  /** Times the slice at `at` has failed. */
  tries: z.number(),
  /** Whether a phase was given up. */
  failed: z.boolean(),
});

type Cursor = z.infer<typeof cursorSchema>;

/** How a run stands after a slice. */
export interface Advance {
  readonly ended: boolean;
  /** When the next slice is worth trying, ms; null: at once. */
  readonly wakeAt: number | null;
}

/**
 * Does one slice of a run, and notes in the database how far it has come. What a slice does is
 * done before it is noted, so after a crash it is done again, which changes nothing.
 */
export async function advance(collection: SliceContext): Promise<Advance> {
  const { run } = collection;
  const phases = PHASES.filter(({ of }) => run.workspaceId === null || of === 'everywhere');
  const cursor =
    run.cursor === null ? start(phases[0]) : cursorSchema.parse(JSON.parse(run.cursor));
  if (cursor.phase === END) return await end(collection, cursor.failed);
  // A phase that an earlier release had is none any more: all of them again, which changes nothing.
  const index = Math.max(
    phases.findIndex(({ name }) => name === cursor.phase),
    0,
  );
  const phase = phases[index];
  if (phase === undefined) throw new Error('a collection has no phases');
  const step = await attempt(phase, collection, cursor);
  // A slice that failed is tried again, also the first one, whose place is null.
  const isOver = step.gaveUp || (step.next === null && !step.failed);
  const next: Cursor = {
    phase: isOver ? (phases[index + 1]?.name ?? END) : phase.name,
    at: isOver ? null : (step.next as Cursor['at']),
    tries: step.failed ? cursor.tries + 1 : 0,
    failed: cursor.failed || step.gaveUp,
  };
  const errors = addErrors(run.report.errors, step.errors ?? []);
  await saveProgress(collection.db, run, JSON.stringify(next), { ...run.report, errors });
  return { ended: false, wakeAt: step.wakeAt ?? null };
}

function start(phase: Phase | undefined): Cursor {
  return { phase: phase?.name ?? END, at: null, tries: 0, failed: false };
}

interface Attempt extends SliceResult {
  readonly failed: boolean;
  readonly gaveUp: boolean;
}

async function attempt(phase: Phase, collection: SliceContext, cursor: Cursor): Promise<Attempt> {
  const at = cursor.at as Json | null;
  try {
    const step = await phase.slice(collection, at);
    return { ...step, failed: false, gaveUp: false };
  } catch (error) {
    logFailure('a slice of a collection failed', error, { phase: phase.name });
    const gaveUp = cursor.tries + 1 >= (isTransient(error) ? MAX_TRANSIENT_TRIES : MAX_TRIES);
    const errors = gaveUp ? [`${phase.name}: ${reasonOf(error)}`] : [];
    const wakeAt = Date.now() + 1000 * 2 ** cursor.tries;
    return { next: at, errors, wakeAt, failed: !gaveUp, gaveUp };
  }
}

async function end(collection: SliceContext, failed: boolean): Promise<Advance> {
  const { db, run } = collection;
  const kept = await summarizeKept(db, run.workspaceId, timesOf(collection));
  const report: RunReport = { ...run.report, kept };
  await endRun(db, run.id, failed ? 'failed' : 'done', report, Date.now());
  return { ended: true, wakeAt: null };
}
