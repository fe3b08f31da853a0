/** What owners and endpoints that mean no good can make a trigger do. */
import {
  createScheduledController,
  runDurableObjectAlarm,
  runInDurableObject,
} from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import worker from '../../src/index.ts';
import { query } from '../support/worker/database.ts';
import {
  ACTION,
  HOST,
  type LogEntry,
  makeTriggerPlace,
  Receiver,
  rules,
} from '../support/worker/triggers.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

let receiver: Receiver;
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + DAY });
  receiver = new Receiver().open();
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

const BEARER = { name: 'authorization', value: 'Bearer {{secret}}' };
const SECRET = 'ghp_secret-of-an-owner';

describe('a stored secret', () => {
  const before = { url: `${HOST}/repos/us/app/dispatches`, headers: [BEARER] };
  const change = async (action: object, secret?: string) => {
    const { trigger } = await makeTriggerPlace({ secret: SECRET, action: before });
    const wanted = rules({ action: { ...before, ...action }, ...(secret ? { secret } : {}) });
    return (await trigger.call('PUT', '', wanted)).status;
  };

  test.each([
    ['another path of its host', { url: `${HOST}/gists` }],
    ['another method', { method: 'PUT' }],
    ['a body', { body: '{"content": "{{secret}}"}' }],
    ['another header', { headers: [BEARER, { name: 'x-copy', value: '{{secret}}' }] }],
    ['a header of another name', { headers: [{ ...BEARER, name: 'x-copy' }] }],
  ])('does not go to %s unless it is given again', async (_, action) => {
    expect(await change(action)).toBe(400);
    expect(await change(action, SECRET)).toBe(200);
  });

  test('stays while other parts of the request change', async () => {
    const plain = [BEARER, { name: 'x-other', value: '{{tag}}' }];
    expect(await change({ headers: plain, body: ACTION.body.replace('tag', 'name') })).toBe(200);
  });

  test('is masked in the log however it is written, also at the end of what is kept', async () => {
    const secret = 'ab+cd/ef=gh"ij';
    const type = 'application/x-www-form-urlencoded';
    const body = 'token={{secret}}';
    const { trigger } = await makeTriggerPlace({ secret, action: { contentType: type, body } });
    const shown = async () => (await trigger.call<LogEntry>('POST', '/test')).body.answer?.body;
    receiver.answer = (_, sent) => new Response(`bad form: ${sent}`, { status: 400 });
    expect(await shown()).toBe('bad form: token=***');
    receiver.answer = () => new Response('x'.repeat(4096 - secret.length + 1) + secret);
    expect(await shown()).not.toContain(secret.slice(0, 4));
    receiver.answer = () => new Response('x'.repeat(64 * 1024 - 6) + secret);
    expect(await shown()).not.toContain(secret.slice(0, 4));
  });
});

test('a request that long names make too large is given up, and not sent', async () => {
  const headers = Array.from({ length: 20 }, (_, n) => ({
    name: `x-${n}`,
    value: '{{page}}'.repeat(256),
  }));
  const { trigger, push } = await makeTriggerPlace({ action: { headers } });
  await push(`a${'/b'.repeat(100)}`, 't'.repeat(120));
  await trigger.run();
  expect(receiver.requests).toEqual([]);
  expect(await trigger.waiting()).toEqual([]);
  expect(await trigger.log()).toMatchObject([{ outcome: 'given-up', request: null }]);
});

test('the log keeps its bounds while an image fails', async () => {
  const { trigger, push } = await makeTriggerPlace();
  receiver.answer = () => new Response('', { status: 500 });
  await push('bad', 'bad');
  await trigger.run();
  const sql = async <T>(text: string) =>
    await runInDurableObject(
      trigger.stub,
      (_, { storage }) => storage.sql.exec(text).toArray() as T[],
    );
  await sql(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)
    INSERT INTO deliveries (at, entry, facts) SELECT ${Date.now()}, '{}', '{}' FROM n`);
  await trigger.run(20 * HOUR);
  expect((await sql<{ n: number }>('SELECT count(*) AS n FROM deliveries'))[0]?.n).toBe(5000);
});

test('an alarm ends in time, however slow the endpoint and long the queue', async () => {
  const { trigger, push } = await makeTriggerPlace();
  receiver.answer = () => {
    vi.setSystemTime(Date.now() + 9000);
    return new Response('');
  };
  await push('app', 'v1');
  await query(
    `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100)
      INSERT INTO trigger_events (trigger_id, image_id, event_id, happened_at, facts)
        SELECT trigger_id, image_id, event_id || i, happened_at,
            json_set(facts, '$.id', event_id || i)
          FROM n, trigger_events WHERE trigger_id = ?`,
    trigger.made.id,
  );
  const begun = Date.now();
  await runDurableObjectAlarm(trigger.stub);
  expect(Date.now() - begun).toBeLessThan(10 * 60_000);
  await trigger.run(HOUR);
  expect(await trigger.waiting()).toEqual([]);
});

test('a trigger for which over 10,000 events wait is paused, and they are dropped', async () => {
  const { trigger, push } = await makeTriggerPlace();
  receiver.answer = () => new Response('', { status: 500 });
  await push('app', 'v1');
  const fill = async (count: number) =>
    await query(
      `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
        INSERT INTO trigger_events (trigger_id, image_id, event_id, happened_at, facts)
          SELECT ?, 1, 'event-' || i, 0, '{}' FROM n`,
      count,
      trigger.made.id,
    );
  const sweep = () =>
    worker.scheduled(createScheduledController({ cron: '*/5 * * * *' }), env as never);
  await fill(9_999);
  await sweep();
  expect((await trigger.view()).pauseReason).toBeNull();
  await fill(1);
  await sweep();
  expect((await trigger.view()).pauseReason).toBe('overfull');
  expect(await trigger.waiting()).toEqual([]);
});
