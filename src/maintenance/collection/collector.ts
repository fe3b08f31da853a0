import { DurableObject } from 'cloudflare:workers';
import { HOUR_MS } from '../../domain/time.ts';
import { type Env, readTimes } from '../../env.ts';
import { openServices } from '../../services.ts';
import { logFailure } from '../../storage/failures.ts';
import { findRunning } from '../../storage/garbage/collection-runs.ts';
import { readSettings } from '../../storage/settings.ts';
import { advance } from './advance.ts';

/** Slices of one alarm: a slice makes a few dozen D1 queries, and an alarm may make 1,000. */
const SLICES = 20;
/** Time until the next try after an error, ms. */
const RETRY_AFTER = 30_000;
/** More than any pause between two slices, ms. */
const LONGEST_PAUSE = HOUR_MS;

/** A wake-up call: the workspace whose runs to drive; null: the platform's. */
interface CollectorCall {
  readonly workspaceId: number | null;
}

/**
 * Drives the collections of one workspace, or of the platform, one after the other. The state of
 * a run is in D1; this object is only the alarm that does its next slices.
 *
 *   woken ──▶ alarm ──▶ slices ──▶ alarm ──▶ … ──▶ no run is running: its storage is emptied
 */
export class Collector extends DurableObject<Env> {
  /** Number of wake-up calls. */
  #calls = 0;

  override async fetch(request: Request): Promise<Response> {
    this.#calls++;
    const { workspaceId } = (await request.json()) as CollectorCall;
    this.ctx.storage.kv.put('workspace', workspaceId ?? 0);
    const alarm = await this.ctx.storage.getAlarm();
    // One that is further away was set by a clock that was ahead.
    if (alarm === null || alarm > Date.now() + LONGEST_PAUSE) {
      await this.ctx.storage.setAlarm(Date.now());
    }
    return new Response(null, { status: 204 });
  }

  override async alarm(): Promise<void> {
    const { storage } = this.ctx;
    const workspace = storage.kv.get<number>('workspace');
    if (workspace === undefined) return;
    const calls = this.#calls;
    try {
      const wakeAt = await this.#drive(workspace === 0 ? null : workspace);
      if (wakeAt !== null) await storage.setAlarm(wakeAt);
      // A call since then may be for a new run, and has set the alarm again.
      else if (calls === this.#calls) await storage.deleteAll();
    } catch (error) {
      // If it were thrown, the platform would retry the alarm only a few times.
      logFailure('a collection could not continue', error);
      await storage.setAlarm(Date.now() + RETRY_AFTER);
    }
  }

  /** Does some slices of the running collection; answers when to continue (ms), null: none is running. */
  async #drive(workspaceId: number | null): Promise<number | null> {
    const { db, bucket, objectCache, pulls } = openServices(this.env);
    const { trashDays } = await readSettings(db);
    for (let n = 0; n < SLICES; n++) {
      const run = await findRunning(db, workspaceId);
      if (run === null) return null;
      const { wakeAt } = await advance({
        ...{ db, bucket, objectCache, pulls, run, trashDays },
        ...readTimes(this.env),
      });
      if (wakeAt !== null) return wakeAt;
    }
    return Date.now();
  }
}
