import { describe, expect, test } from 'vitest';
import { unique } from '../support/worker/content.ts';
import { query } from '../support/worker/database.ts';
import { pushBlob, pushImage } from '../support/worker/push.ts';
import { ADMIN, expectStatus, send } from '../support/worker/registry-client.ts';

const fresh = () => `library/${unique('promised')}`;
/** How long a collection keeps unused content, in ms. */
const GRACE_PERIOD = 60 * 60 * 1000;

/** The row that says since when something is unused, by its digest. */
const ROWS = {
  blobs: {
    table: 'image_blobs',
    where: 'blob_id = (SELECT id FROM blobs WHERE digest = ?)',
  },
  manifests: { table: 'manifests', where: 'digest = ?' },
} as const;

async function setUnused(kind: keyof typeof ROWS, digest: string, time: number): Promise<void> {
  const { table, where } = ROWS[kind];
  await query(`UPDATE ${table} SET unused_since = ? WHERE ${where}`, time, digest);
}

async function unusedSince(kind: keyof typeof ROWS, digest: string): Promise<number | null> {
  const { table, where } = ROWS[kind];
  const [row] = await query<{ time: number | null }>(
    `SELECT unused_since AS time FROM ${table} WHERE ${where}`,
    digest,
  );
  return row?.time ?? null;
}

describe.each(['blobs', 'manifests'] as const)('HEAD of unused %s', (kind) => {
  const make = (repository: string) =>
    kind === 'blobs' ? pushBlob(repository) : pushImage(repository, null).then((i) => i.digest);

  test.each([
    ['past half of its grace: a new grace begins', GRACE_PERIOD * 0.6, true],
    ['past all of its grace, and not collected yet: a new grace begins', GRACE_PERIOD * 5, true],
    ['fresh: nothing is written', GRACE_PERIOD * 0.4, false],
  ])('%s', async (_, age, renewed) => {
    const repository = fresh();
    const digest = await make(repository);
    const since = Date.now() - Math.round(age);
    await setUnused(kind, digest, since);
    await expectStatus(await send(ADMIN, 'HEAD', `/v2/${repository}/${kind}/${digest}`), 200);
    const now = await unusedSince(kind, digest);
    if (renewed) expect(now).toBeGreaterThan(Date.now() - 60_000);
    else expect(now).toBe(since);
  });

  test('GET does not extend the grace period: it only reads', async () => {
    const repository = fresh();
    const digest = await make(repository);
    await setUnused(kind, digest, 1);
    const response = await send(ADMIN, 'GET', `/v2/${repository}/${kind}/${digest}`);
    await (await expectStatus(response, 200)).arrayBuffer();
    expect(await unusedSince(kind, digest)).toBe(1);
  });
});

test('what is used stays marked as used', async () => {
  const repository = fresh();
  const image = await pushImage(repository, 'v1');
  const manifest = `/v2/${repository}/manifests/${image.digest}`;
  const blob = `/v2/${repository}/blobs/${image.config.digest}`;
  for (const path of [manifest, blob]) await expectStatus(await send(ADMIN, 'HEAD', path), 200);
  expect(await unusedSince('manifests', image.digest)).toBeNull();
  expect(await unusedSince('blobs', image.config.digest)).toBeNull();
});

test('a push or a mount of a stored blob restarts its grace period', async () => {
  const repository = fresh();
  const bytes = new TextEncoder().encode(unique('the same bytes'));
  const digest = await pushBlob(repository, bytes);
  const mount = `/v2/${repository}/blobs/uploads/?mount=${digest}&from=${repository}`;
  for (const again of [() => pushBlob(repository, bytes), () => send(ADMIN, 'POST', mount)]) {
    await setUnused('blobs', digest, 1);
    await again();
    expect(await unusedSince('blobs', digest)).toBeGreaterThan(Date.now() - 60_000);
  }
});
