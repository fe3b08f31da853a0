/** The counter of an image as a test sees it: what it receives, and what it writes to D1. */
import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { expect, vi } from 'vitest';
import type { Digest } from '../../../src/domain/digest.ts';
import { COUNTER_URLS, counterName, type UseNote } from '../../../src/domain/pulls.ts';
import { openDatabase } from '../../../src/storage/database.ts';
import { addUses } from '../../../src/storage/pulls.ts';
import { bindings, imageId, query } from './database.ts';
import { ADMIN, expectStatus, type Sent, send, type Who } from './registry-client.ts';

const WITHIN = { timeout: 20_000, interval: 20 };

const sum = (notes: readonly UseNote[]) =>
  notes.flatMap(({ manifests }) => manifests).reduce((total, [, pulls]) => total + pulls, 0);

export class Counter {
  readonly imageId: number;
  readonly stub: DurableObjectStub;

  constructor(id: number) {
    this.imageId = id;
    this.stub = bindings.PULLS.get(bindings.PULLS.idFromName(counterName(id)));
  }

  static async of(repository: string): Promise<Counter> {
    return new Counter(await imageId(repository));
  }

  inside<T>(look: (storage: DurableObjectStorage) => T | Promise<T>): Promise<T> {
    return runInDurableObject(this.stub, (_, state) => look(state.storage));
  }

  /** The notes that it keeps, in D1 or not, and which of them arrived last. */
  async notes(): Promise<UseNote[]> {
    return await this.inside(({ kv }) => {
      const kept = [...kv.list<{ seq: number; note: UseNote }>({ prefix: 'note:' })];
      return kept
        .map(([, one]) => one)
        .sort((a, b) => a.seq - b.seq)
        .map(({ note }) => note);
    });
  }

  /** Waits until it knows of so many pulls, which are reported after their responses. */
  async waitFor(pulls: number): Promise<void> {
    await vi.waitFor(async () => expect(sum(await this.notes())).toBe(pulls), WITHIN);
  }

  /** Waits until it knows of a use of each of these manifests. */
  async waitForUses(...digests: string[]): Promise<void> {
    await vi.waitFor(async () => {
      const used = (await this.notes()).flatMap(({ manifests }) => manifests.map(([one]) => one));
      expect(used).toEqual(expect.arrayContaining(digests));
    }, WITHIN);
  }

  /** Reports a pull, with the fields of `change`. */
  async tell(change: Partial<UseNote> = {}): Promise<void> {
    const note: UseNote = {
      ...{ id: crypto.randomUUID(), imageId: this.imageId, at: Date.now() },
      manifests: [[`sha256:${'a'.repeat(64)}` as Digest, 1]],
      ...change,
    };
    const init = { method: 'POST', body: JSON.stringify(note) };
    await expectStatus((await this.stub.fetch(COUNTER_URLS.note, init)) as never, 204);
  }

  /** The alarm, as if its time had come; false when it is not set. */
  flush(): Promise<boolean> {
    return runDurableObjectAlarm(this.stub);
  }
}

/** Tells the counter of an image that a manifest was used at a time (ms; left out: now). */
export async function tellUse(repository: string, digest: string, at = Date.now()): Promise<void> {
  const counter = await Counter.of(repository);
  await counter.tell({ at, manifests: [[digest as Digest, 0]] });
}

/** A GET or HEAD of a manifest that is answered with a status. */
export async function get(
  repository: string,
  reference: string,
  { status = 200, who = ADMIN, method = 'GET', ...sent }: GetOptions = {},
): Promise<void> {
  const path = `/v2/${repository}/manifests/${reference}`;
  await (await expectStatus(await send(who, method, path, sent), status)).text();
}

interface GetOptions extends Sent {
  readonly status?: number;
  readonly who?: Who;
  readonly method?: string;
}

/** Adds pulls of a manifest in an hour (since 1970, UTC), as the flush of a counter does. */
export async function addPulls(
  image: number,
  hour: number,
  pulls: number,
  digest = 'sha256:0',
): Promise<void> {
  const use = { digest: digest as Digest, hour, pulls, pulledAt: hour * 3_600_000 };
  batches++;
  await addUses(openDatabase(bindings.DB), image, batches, [use], Date.now());
}

let batches = 0;

/** What D1 says of the pulls of an image. */
export async function readPulls(id: number): Promise<{
  image: number | undefined;
  manifests: Record<string, number>;
  days: Record<string, number>;
  hours: Record<string, number>;
}> {
  const [image] = await query<{ pulls: number }>('SELECT pulls FROM images WHERE id = ?', id);
  const counts = async (sql: string) => {
    const rows = await query<{ name: string; pulls: number }>(sql, id);
    return Object.fromEntries(rows.map(({ name, pulls }) => [name, pulls]));
  };
  return {
    image: image?.pulls,
    manifests: await counts(
      'SELECT digest AS name, pulls FROM manifests WHERE image_id = ? AND pulls > 0',
    ),
    days: await counts(
      `SELECT date(day * 86400, 'unixepoch') || ' ' || reference AS name, pulls
        FROM pulls_by_day WHERE image_id = ?`,
    ),
    hours: await counts(
      `SELECT strftime('%Y-%m-%d %H', hour * 3600, 'unixepoch') AS name, pulls
        FROM image_pulls_by_hour WHERE image_id = ?`,
    ),
  };
}

/** The last use of each manifest of an image that was used, ms. */
export async function readUses(id: number): Promise<Record<string, number>> {
  const rows = await query<{ digest: string; at: number }>(
    'SELECT digest, last_used_at AS at FROM manifests WHERE image_id = ? AND last_used_at > 0',
    id,
  );
  return Object.fromEntries(rows.map(({ digest, at }) => [digest, at]));
}

/** A day as readPulls writes it. */
export const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
