/** What a local registry finds after its machine lost power, and what it removes at a start. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Server, startServer } from '../support/server.ts';
import {
  digestsOf,
  expectRepaired,
  LOSSES,
  listDamaged,
  lose,
  pushBoth,
} from './support/damage.ts';
import { freshBytes, makeBlob } from './support/image.ts';
import { Repository } from './support/repository.ts';
import { readOffset } from './support/resume.ts';
import { execute, forgetObject, makeObjectsOlder, uploadFiles } from './support/storage.ts';
import { Sending } from './support/wire.ts';

let server: Server;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server?.stop());

describe('after an unclean stop', () => {
  test('files that the disk has lost are found at the start, and repaired by a push', async () => {
    const repository = new Repository(server, 'power');
    const right = await pushBoth(repository);
    const lost = [];
    for (const loss of Object.values(LOSSES)) {
      const blobs = await pushBoth(repository);
      lost.push({ blobs, loss });
    }
    const row = makeBlob(freshBytes(100));
    await repository.pushBlob(row);
    await server.kill();
    for (const { blobs, loss } of lost) lose(server, blobs, loss);
    forgetObject(server, row.digest);
    await server.restart();
    const damaged = [...lost.flatMap(({ blobs }) => blobs), row];
    expect(await listDamaged(server)).toEqual(digestsOf(damaged));
    expect(server.output()).toContain(`${damaged.length} of them are damaged`);
    for (const blob of damaged) await expectRepaired(repository, blob);
    for (const { digest, bytes } of right) {
      expect(await repository.readBlob(digest)).toEqual(bytes);
    }
    expect(await listDamaged(server)).toEqual([]);
  });

  test('what was written before the last clean point is not looked at', async () => {
    const repository = new Repository(server, 'before');
    const before = await pushBoth(repository);
    await server.end();
    expect(existsSync(join(server.state, 'unclean'))).toBe(false);
    makeObjectsOlder(server, 3_600_000);
    await server.restart();
    expect(existsSync(join(server.state, 'unclean'))).toBe(true);
    const after = await pushBoth(repository);
    await server.kill();
    lose(server, [...before, ...after], LOSSES.short);
    await server.restart();
    expect(await listDamaged(server)).toEqual(digestsOf(after));
  });
});

test('after a clean stop no object is looked at', async () => {
  const before = server.output().length;
  const blobs = await pushBoth(new Repository(server, 'clean'));
  await server.end();
  lose(server, blobs, LOSSES.short);
  await server.restart();
  expect(server.output().slice(before)).not.toContain('did not stop cleanly');
});

test('a start removes the files of uploads that are over, and no others', async () => {
  const repository = new Repository(server, 'over');
  const bytes = freshBytes(1000);
  const open = await repository.begin();
  expect((await new Sending(server, 'PATCH', open).end(bytes)).status).toBe(202);
  const before = uploadFiles(server);
  // A whole PUT leaves an object that only said that it is new, a chunked one its mark for a day.
  const whole = makeBlob(freshBytes(500));
  expect(
    (await repository.finish(await repository.begin(), whole.digest, whole.bytes)).status,
  ).toBe(201);
  const [neverUsed = ''] = uploadFiles(server).filter((file) => !before.includes(file));
  const late = await repository.begin();
  const chunked = makeBlob(freshBytes(500));
  expect((await new Sending(server, 'PATCH', late).end(chunked.bytes)).status).toBe(202);
  const kept = uploadFiles(server).filter((file) => file !== neverUsed);
  expect((await repository.finish(late, chunked.digest)).status).toBe(201);
  await server.end();
  await server.restart();
  expect(uploadFiles(server)).not.toContain(neverUsed);
  expect(uploadFiles(server)).toEqual(expect.arrayContaining(kept));
  expect(await readOffset(server, open)).toBe(1000);
  expect(await readOffset(server, late)).toBeNull();
  // A day later, the alarm empties what has ended.
  await server.end();
  const [ended = ''] = kept.filter((file) => !before.includes(file));
  execute([ended], 'DELETE FROM _cf_KV; DELETE FROM _cf_METADATA;');
  execute([join(ended, '../metadata.sqlite')], 'DELETE FROM _cf_ALARM');
  await server.restart();
  expect(uploadFiles(server)).not.toContain(ended);
  expect(await readOffset(server, open)).toBe(1000);
});
