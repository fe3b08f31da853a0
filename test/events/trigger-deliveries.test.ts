/** Events on their way to the endpoints of triggers: what is sent, again, in which order, and never. */
import { createScheduledController, evictDurableObject, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import worker from '../../src/index.ts';
import { ADMIN_CALLER, call, expectAnswer, expectProblem } from '../support/worker/api-client.ts';
import { query } from '../support/worker/database.ts';
import { makeWorkspace } from '../support/worker/people.ts';
import { pushImage } from '../support/worker/push.ts';
import {
  HOST,
  type LogEntry,
  makeTriggerPlace,
  Receiver,
  TestTrigger,
} from '../support/worker/triggers.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

let receiver: Receiver;

beforeEach(() => {
  // Alarms of a day ahead do not run by themselves.
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + DAY });
  receiver = new Receiver().open();
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

/** The scheduled run of every five minutes. */
const findLost = () =>
  worker.scheduled(createScheduledController({ cron: '*/5 * * * *' }), env as never);

test('a pushed tag is sent, signed, and no longer waits', async () => {
  const { trigger, push, workspace } = await makeTriggerPlace();
  const digest = await push('app', 'v1');
  await trigger.run();
  expect(receiver.bodies.map((body) => JSON.parse(body))).toEqual([{ tag: 'v1', digest }]);
  const [request] = receiver.requests;
  expect(request?.headers.get('webhook-signature')).toMatch(/^v1,/);
  expect(request?.redirect).toBe('manual');
  expect(await trigger.waiting()).toEqual([]);
  expect(await trigger.log()).toMatchObject([
    {
      ...{ kind: 'event', outcome: 'delivered', attempt: 1, subject: `${workspace}/app:v1` },
      answer: { status: 200, body: 'thanks' },
    },
  ]);
});

test.each([
  ['of an image that its patterns leave out', { images: ['base/*'] }, 'app', 'v1'],
  ['of a tag that its patterns leave out', { tags: ['v*'] }, 'app', 'latest'],
  ['of a trigger that is switched off', { enabled: false }, 'app', 'v1'],
])('an event %s is not sent', async (_, change, image, tag) => {
  const { trigger, push } = await makeTriggerPlace(change);
  await push(image, tag);
  expect(await trigger.waiting()).toEqual([]);
});

test('patterns take images and tags by name, and a workspace only its own', async () => {
  const { trigger, push, project } = await makeTriggerPlace({
    images: ['base/*', 'ap?'],
    tags: ['v*', 'x'],
  });
  const other = await TestTrigger.make(project, {
    workspace: await makeWorkspace(project),
  });
  for (const [image, tag] of [
    ['app', 'v1'],
    ['base/a/b', 'x'],
    ['base', 'v1'],
    ['app', 'x1'],
  ] as const) {
    await push(image, tag);
  }
  await trigger.run();
  expect(receiver.bodies.map((body) => JSON.parse(body).tag)).toEqual(['v1', 'x']);
  expect(await other.waiting()).toEqual([]);
});

describe('an endpoint that fails', () => {
  test.each<[string, () => Response | Promise<Response>, string]>([
    ['answers 500', () => new Response('broken', { status: 500 }), 'answered 500'],
    [
      'redirects',
      () => new Response(null, { status: 302, headers: { location: `${HOST}/elsewhere` } }),
      'redirects are not followed',
    ],
    ['asks to wait', () => new Response('', { status: 429 }), 'answered 429'],
    ['resets the connection', () => Promise.reject(new Error('Network connection lost.')), 'lost'],
    [
      'has a certificate of no authority, as a local server hears of it',
      () => Promise.reject(new Error('internal error; reference = 0')),
      'certificate of the endpoint cannot be verified',
    ],
    [
      'has a certificate of no authority, as Cloudflare answers',
      () => Promise.resolve(new Response('', { status: 526 })),
      'certificate of the endpoint cannot be verified',
    ],
    [
      'has a certificate of no authority',
      () => Promise.reject(new Error('TLS peer certificate is not trusted')),
      'certificate of the endpoint cannot be verified',
    ],
  ])('that %s: the event is sent again until it is taken', async (_, answer, error) => {
    const { trigger, push } = await makeTriggerPlace();
    receiver.answer = answer;
    await push('app', 'v1');
    await trigger.run(HOUR);
    const tries = receiver.requests.length;
    expect(tries).toBeGreaterThan(5);
    expect(tries).toBeLessThan(15);
    receiver.answer = () => new Response();
    await trigger.run(2 * HOUR);
    expect(new Set(receiver.ids).size).toBe(1);
    const log = await trigger.log();
    expect(log.map(({ outcome }) => outcome)).toEqual([
      ...Array.from({ length: tries }, () => 'retry'),
      'delivered',
    ]);
    expect(log[0]?.error).toContain(error);
    expect(await trigger.waiting()).toEqual([]);
  });

  test('waits as long as Retry-After asks', async () => {
    const { trigger, push } = await makeTriggerPlace();
    const headers = { 'retry-after': '600' };
    receiver.answer = () => new Response('', { status: 503, headers });
    await push('app', 'v1');
    await trigger.run(599_000);
    expect(receiver.requests).toHaveLength(1);
    await trigger.run(2000);
    expect(receiver.requests).toHaveLength(2);
  });

  test.each([400, 403, 404])(
    '%i gives the event up at once, and the next is sent',
    async (status) => {
      const { trigger, push } = await makeTriggerPlace();
      receiver.answer = (_, body) =>
        body.includes('"v1"') ? new Response(null, { status }) : new Response();
      await push('app', 'v1');
      await push('app', 'v2');
      await trigger.run();
      expect((await trigger.log()).map(({ outcome }) => outcome)).toEqual([
        'given-up',
        'delivered',
      ]);
      expect(receiver.requests.map(({ url }) => url)).toEqual([`${HOST}/hook`, `${HOST}/hook`]);
      expect(await trigger.waiting()).toEqual([]);
    },
  );

  test('an event is given up after 24 hours, and the trigger is paused', async () => {
    const { trigger, push } = await makeTriggerPlace();
    receiver.answer = () => new Response('', { status: 500 });
    await push('app', 'v1');
    await trigger.run(DAY + 2 * HOUR);
    expect(await trigger.waiting()).toEqual([]);
    const log = await trigger.log();
    expect(log.at(-1)).toMatchObject({ outcome: 'given-up', request: null });
    expect(receiver.requests.length).toBeLessThan(45);
    expect(await trigger.view()).toMatchObject({ pauseReason: 'unreachable' });
    await push('app', 'v2');
    expect(await trigger.waiting()).toEqual([]);
  });

  test('410 pauses the trigger at once; saving it resumes it', async () => {
    const { trigger, push } = await makeTriggerPlace();
    receiver.answer = () => new Response('', { status: 410 });
    await push('app', 'v1');
    await trigger.run();
    const paused = await trigger.view();
    expect(paused).toMatchObject({ pauseReason: 'gone' });
    const { name, workspace, enabled, events, images, tags, action } = paused;
    const body = { name, workspace, enabled, events, images, tags, action };
    const saved = expectAnswer(await trigger.call('PUT', '', body), 200);
    expect(saved).toMatchObject({ pausedAt: null, pauseReason: null });
    receiver.answer = () => new Response();
    await push('app', 'v2');
    await trigger.run();
    expect((await trigger.log()).at(-1)).toMatchObject({ outcome: 'delivered' });
  });

  test('a refusal of many events in a row pauses the trigger', async () => {
    const { trigger, push } = await makeTriggerPlace();
    receiver.answer = () => new Response('', { status: 404 });
    for (let n = 0; n < 22; n++) await push('app', `v${n}`);
    await trigger.run();
    expect(receiver.requests).toHaveLength(20);
    expect(await trigger.view()).toMatchObject({ pauseReason: 'refused' });
  });
});

test('later events of an image wait for the earlier ones, other images do not', async () => {
  const { trigger, push } = await makeTriggerPlace();
  receiver.answer = (_, body) => new Response('', { status: body.includes('"bad"') ? 500 : 200 });
  await push('one', 'bad');
  await push('one', 'later');
  await push('two', 'good');
  await trigger.run();
  const sent = () => receiver.bodies.map((body) => JSON.parse(body).tag);
  expect(sent()).toEqual(['bad', 'good']);
  receiver.answer = () => new Response();
  await trigger.run(HOUR);
  expect(sent()).toEqual(['bad', 'good', 'bad', 'later']);
});

test('while an endpoint is down one event at a time is tried, and its recovery makes all due', async () => {
  const { trigger, push } = await makeTriggerPlace();
  receiver.answer = () => new Response('', { status: 500 });
  for (let n = 0; n < 12; n++) await push(`app${n}`, 'v1');
  await trigger.run(10 * 60_000);
  const tries = receiver.requests.length;
  expect(tries).toBeLessThan(20);
  receiver.answer = () => new Response();
  await trigger.run(HOUR);
  expect(receiver.requests).toHaveLength(tries + 12);
  expect(await trigger.waiting()).toEqual([]);
});

test('a dead endpoint delays no other', async () => {
  const { trigger, push, project } = await makeTriggerPlace();
  const other = await TestTrigger.make(project, { action: { url: `${HOST}/other` } });
  receiver.answer = ({ url }) => new Response('', { status: url.endsWith('/other') ? 200 : 500 });
  await push('app', 'v1');
  await trigger.run();
  await other.run();
  expect(await other.log()).toMatchObject([{ outcome: 'delivered', attempt: 1 }]);
  expect(await trigger.waiting()).toHaveLength(1);
});

test('a trigger for the latest only leaves out what a later event of the tag replaces', async () => {
  const { trigger, push } = await makeTriggerPlace({ action: { latestOnly: true } });
  await push('app', 'v1');
  await push('app', 'v2');
  const last = await push('app', 'v1');
  await trigger.run();
  expect(receiver.bodies.map((body) => JSON.parse(body))).toMatchObject([
    { tag: 'v2' },
    { tag: 'v1', digest: last },
  ]);
  expect((await trigger.log()).map(({ outcome }) => outcome)).toEqual([
    'replaced',
    'delivered',
    'delivered',
  ]);
});

test('an event whose object was never woken is found within five minutes', async () => {
  const { trigger, push } = await makeTriggerPlace();
  await push('app', 'v1');
  await runInDurableObject(trigger.stub, (_, { storage }) => storage.deleteAll());
  await trigger.run();
  expect(receiver.requests).toEqual([]);
  await findLost();
  await trigger.run();
  expect(receiver.requests).toHaveLength(1);
});

test('an object that ends after the answer sends the event again, under the same id', async () => {
  const { trigger, push } = await makeTriggerPlace();
  await push('app', 'v1');
  await query(`CREATE TRIGGER stuck BEFORE DELETE ON trigger_events
    BEGIN SELECT RAISE(ABORT, 'the database is away'); END`);
  const log = vi.spyOn(console, 'error').mockImplementation(() => {});
  await trigger.run();
  await query('DROP TRIGGER stuck');
  log.mockRestore();
  await evictDurableObject(trigger.stub);
  await trigger.run(60_000);
  expect(receiver.requests).toHaveLength(2);
  expect(new Set(receiver.ids).size).toBe(1);
  expect(await trigger.waiting()).toEqual([]);
});

test('a large answer is read in part', async () => {
  const { trigger, push } = await makeTriggerPlace();
  let sent = 0;
  receiver.answer = () =>
    new Response(
      new ReadableStream({
        pull(controller) {
          sent += 64 * 1024;
          controller.enqueue(new Uint8Array(64 * 1024).fill(97));
        },
      }),
    );
  await push('app', 'v1');
  await trigger.run();
  expect(sent).toBeLessThan(1024 * 1024);
  const [entry] = await trigger.log();
  expect(entry?.answer?.body).toBe('a'.repeat(4096));
});

test('a test and a redelivery are sent at once, whatever waits', async () => {
  const { trigger, push, workspace } = await makeTriggerPlace();
  const tested = expectAnswer(await trigger.call<LogEntry>('POST', '/test'), 200);
  expect(tested).toMatchObject({ kind: 'test', outcome: 'delivered', answer: { status: 200 } });
  const digest = await push('app', 'v1');
  receiver.answer = () => new Response('', { status: 400 });
  await trigger.run();
  const failed = (await trigger.log()).at(-1);
  expect(failed).toMatchObject({ outcome: 'given-up' });
  receiver.answer = () => new Response();
  const path = `/deliveries/${failed?.id}/redelivery`;
  const again = expectAnswer(await trigger.call<LogEntry>('POST', path), 200);
  const subject = `${workspace}/app:v1`;
  expect(again).toMatchObject({ kind: 'redelivery', outcome: 'delivered', subject });
  expect(JSON.parse(receiver.bodies.at(-1) ?? '')).toMatchObject({ digest });
  expect(receiver.ids.at(-1)).toBe(receiver.ids.at(-2));
  expectProblem(await trigger.call('POST', '/deliveries/999/redelivery'), 404, 'not-found');
});

test('a deleted trigger sends nothing and keeps nothing', async () => {
  const { trigger, push } = await makeTriggerPlace();
  await push('app', 'v1');
  expectAnswer(await call(ADMIN_CALLER, 'DELETE', trigger.path), 204);
  await trigger.run(60_000);
  expect(receiver.requests).toEqual([]);
  expect(await trigger.waiting()).toEqual([]);
  expect(
    await runInDurableObject(trigger.stub, (_, { storage }) => [...storage.kv.list()]),
  ).toEqual([]);
});

test('the log keeps 30 days', async () => {
  const { trigger, push } = await makeTriggerPlace();
  await push('app', 'v1');
  await trigger.run();
  expect(await trigger.log()).toHaveLength(1);
  await trigger.run(29 * DAY);
  expect(await trigger.log()).toHaveLength(1);
  await trigger.run(3 * DAY);
  expect(await trigger.log()).toEqual([]);
});

test('a deleted version is an event of its own, and accessories are none', async () => {
  const { trigger, push, workspace } = await makeTriggerPlace({
    events: ['version.deleted'],
    action: { body: '{"event": "{{event}}", "tag": "{{tag}}", "was": "{{previous_digest}}"}' },
  });
  const digest = await push('app', 'v1');
  await pushImage(`${workspace}/app`, `${digest.replace(':', '-')}.sig`);
  expect(await trigger.waiting()).toEqual([]);
  const path = `/workspaces/${workspace}/images/app/versions/v1`;
  expectAnswer(await call(ADMIN_CALLER, 'DELETE', path), 200);
  await trigger.untilWoken();
  await trigger.run();
  expect(receiver.bodies.map((body) => JSON.parse(body))).toEqual([
    { event: 'version.deleted', tag: 'v1', was: digest },
  ]);
});
