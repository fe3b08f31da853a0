import { DurableObject } from 'cloudflare:workers';
import { type Env, readTimes } from '../../env.ts';
import { openDatabase } from '../../storage/database.ts';
import { findRunning } from '../../storage/garbage/collection-runs.ts';
import { readSettings } from '../../storage/settings.ts';
import { advance } from './advance.ts';

/** Slices one alarm does at most: a slice asks D1 a few dozen times, an alarm may 1,000 times. */
const SLICES = 20;
/** When the database cannot be asked, ms. */
const RETRY_AFTER = 30_000;

/** What a collector is told: whose runs it drives; null: the platform's. */
interface CollectorCall {
  readonly workspaceId: number | null;
}

/**
 * Drives the collections of one workspace, or of the platform, one after the other: all that
 * is known of a run stands in D1, and this object is the alarm that does its next slices.
 *
 *   told of a run ──▶ alarm ──▶ slices ──▶ alarm ──▶ … ──▶ the run has ended: nothing is left
 */
export class Collector extends DurableObject<Env> {
  /** Times it was told of a run. */
  #told = 0;

  override async fetch(request: Request): Promise<Response> {
    this.#told++;
    const { workspaceId } = (await request.json()) as CollectorCall;
    this.ctx.storage.kv.put('workspace', workspaceId ?? 0);
    if ((await this.ctx.storage.getAlarm()) === null) {
      await this.ctx.storage.setAlarm(Date.now());
    }
    return new Response(null, { status: 204 });
  }

  override async alarm(): Promise<void> {
    const { storage } = this.ctx;
    const workspace = storage.kv.get<number>('workspace');
    if (workspace === undefined) return;
    const told = this.#told;
    try {
      const wakeAt = await this.#drive(workspace === 0 ? null : workspace);
      if (wakeAt !== null) await storage.setAlarm(wakeAt);
      // A run that began since we looked has set the alarm again.
      else if (told === this.#told) await storage.deleteAll();
    } catch (error) {
      // Thrown on, it would be tried again a few times only.
      console.error({ message: 'a collection could not go on', error });
      await storage.setAlarm(Date.now() + RETRY_AFTER);
    }
  }

  /** Does some slices of what is running; answers when to go on (ms), null: nothing is. */
  async #drive(workspaceId: number | null): Promise<number | null> {
    const db = openDatabase(this.env.DB);
    const { trashDays } = await readSettings(db);
    for (let n = 0; n < SLICES; n++) {
      const run = await findRunning(db, workspaceId);
      if (run === null) return null;
      const { wakeAt } = await advance({
        ...{ db, bucket: this.env.BUCKET, run, trashDays },
        ...readTimes(this.env),
      });
      if (wakeAt !== null) return wakeAt;
    }
    return Date.now();
  }
}
