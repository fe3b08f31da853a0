/** The counter of an image as a test sees it: what it receives, and what it writes to D1. */
import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { expect, vi } from 'vitest';
import type { ManifestServed, PullNote } from '../../../src/domain/pulls.ts';
import { bindings, imageId, query } from './database.ts';
import { ADMIN, expectStatus, type Sent, send, type Who } from './registry-client.ts';

export class Counter {
  readonly imageId: number;
  readonly stub: DurableObjectStub;

  constructor(id: number) {
    this.imageId = id;
    this.stub = bindings.PULLS.get(bindings.PULLS.idFromName(`image:${id}`));
  }

  static async of(repository: string): Promise<Counter> {
    return new Counter(await imageId(repository));
  }

  inside<T>(look: (storage: DurableObjectStorage) => T | Promise<T>): Promise<T> {
    return runInDurableObject(this.stub, (_, state) => look(state.storage));
  }

  /** Rows of a table in the object's storage. */
  rows(sql: string): Promise<Record<string, SqlStorageValue>[]> {
    return this.inside((storage) => storage.sql.exec(sql).toArray());
  }

  /** Waits until it has received so many GETs, which are reported after their responses. */
  async waitFor(gets: number): Promise<void> {
    await vi.waitFor(async () => expect((await this.#gets()).length).toBe(gets), 20_000);
  }

  async #gets(): Promise<unknown[]> {
    const tables = await this.rows("SELECT 1 FROM sqlite_master WHERE name = 'pulls'");
    return tables.length === 0 ? [] : await this.rows('SELECT 1 FROM pulls');
  }

  async tell(note: PullNote): Promise<void> {
    const init = { method: 'POST', body: JSON.stringify(note) };
    await expectStatus((await this.stub.fetch('https://pulls/', init)) as never, 204);
  }

  /** Reports a GET of a manifest by tag, with the fields of `change`. */
  async serve(change: Partial<ManifestServed> = {}): Promise<void> {
    await this.tell({
      kind: 'served',
      id: crypto.randomUUID(),
      imageId: this.imageId,
      client: 'user:1 192.0.2.1',
      tag: 'v1' as never,
      digest: `sha256:${'a'.repeat(64)}` as never,
      children: [],
      at: Date.now(),
      ...change,
    });
  }

  /** The alarm, as if its time had come; false when it is not set. */
  flush(): Promise<boolean> {
    return runDurableObjectAlarm(this.stub);
  }
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

/** What D1 says of the pulls of an image. */
export async function readPulls(id: number): Promise<{
  image: number | undefined;
  tags: Record<string, number>;
  manifests: Record<string, number>;
  days: Record<string, number>;
}> {
  const [image] = await query<{ pulls: number }>('SELECT pulls FROM images WHERE id = ?', id);
  const counts = async (sql: string) => {
    const rows = await query<{ name: string; pulls: number }>(sql, id);
    return Object.fromEntries(rows.map(({ name, pulls }) => [name, pulls]));
  };
  return {
    image: image?.pulls,
    tags: await counts('SELECT name, pulls FROM tags WHERE image_id = ? AND pulls > 0'),
    manifests: await counts(
      'SELECT digest AS name, pulls FROM manifests WHERE image_id = ? AND pulls > 0',
    ),
    days: await counts(
      `SELECT date(day * 86400, 'unixepoch') || ' ' || reference AS name, pulls
        FROM pulls_by_day WHERE image_id = ?`,
    ),
  };
}

/** A day as readPulls writes it. */
export const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
