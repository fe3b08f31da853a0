/** A collection whose server is killed is finished by the next. */
import { expect, test } from 'vitest';
import {
  callApi,
  expectAgreement,
  expectFinishedAfterKills,
  makeGarbage,
  type Run,
  useServerWithoutGrace,
  waitForEnd,
} from './support/collections.ts';
import { digestsOf } from './support/repository.ts';

const held = useServerWithoutGrace();

test('the schedule collects what left the trash', async () => {
  const server = held.current;
  const { repository, kept } = await makeGarbage(server, 'scheduled');
  const trash = await callApi<{ items: { id: string }[] }>(server, 'GET', '/trash?scope=own');
  expect(trash.items).toHaveLength(3);
  for (const { id } of trash.items) await callApi(server, 'DELETE', `/trash/${id}`);
  await server.sweep();
  const runs = await callApi<{ items: Run[] }>(server, 'GET', '/collections');
  expect(runs.items[0]?.startedBy).toBe('(schedule)');
  const run = await waitForEnd(server, Number(runs.items[0]?.id));
  expect(run).toMatchObject({ state: 'done', errors: [] });
  expect(run.freedObjects).toBeGreaterThan(0);
  expectAgreement(server);
  expect(await repository.pull('kept')).toEqual(digestsOf(kept));
});

test('killed at three points: the next run finishes it, and bucket and database agree', async () => {
  await expectFinishedAfterKills(held.current, 3);
});
