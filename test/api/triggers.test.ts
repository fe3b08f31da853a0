/** Triggers as their owners see them: what can be set, what never comes back, and who reads what. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { resealSecrets } from '../../src/maintenance/reseal-secrets.ts';
import { openDatabase } from '../../src/storage/database.ts';
import {
  ADMIN_CALLER,
  call,
  expectAnswer,
  expectProblem,
  type Page,
} from '../support/worker/api-client.ts';
import { bindings, query } from '../support/worker/database.ts';
import { makeProject, makeWorkspace } from '../support/worker/people.ts';
import {
  HOST,
  type LogEntry,
  Receiver,
  rules,
  TestTrigger,
  type Trigger,
} from '../support/worker/triggers.ts';

let project: number;
let receiver: Receiver;

beforeEach(async () => {
  project = await makeProject();
  receiver = new Receiver().open();
});

afterEach(() => {
  vi.restoreAllMocks();
});

const create = async (change: Readonly<Record<string, unknown>>) =>
  await call<Trigger>(ADMIN_CALLER, 'POST', `/projects/${project}/triggers`, rules(change));

const headers = [{ name: 'Authorization', value: 'Bearer {{secret}}' }];

test('a trigger is made, listed, changed and deleted', async () => {
  const workspace = await makeWorkspace(project);
  const trigger = await TestTrigger.make(project, { name: 'b', workspace, tags: ['v*'] });
  const { signingSecret, ...made } = trigger.made;
  expect(signingSecret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
  expect(made).toMatchObject({ workspace, tags: ['v*'], hasSecret: false, pausedAt: null });
  await TestTrigger.make(project, { name: 'a' });
  const path = `/projects/${project}/triggers`;
  const listed = await call<Page<Trigger>>(ADMIN_CALLER, 'GET', `${path}?limit=1`);
  const { items, next } = expectAnswer(listed, 200);
  expect(items.map(({ name }) => name)).toEqual(['a']);
  const second = await call<Page<Trigger>>(ADMIN_CALLER, 'GET', `${path}?cursor=${next}`);
  expect(expectAnswer(second, 200).items).toEqual([made]);
  const changed = rules({ name: 'c', enabled: false });
  expect(expectAnswer(await trigger.call('PUT', '', changed), 200)).toMatchObject(changed);
  expectProblem(await trigger.call('PUT', '', rules({ name: 'a' })), 409, 'name-taken');
  expectAnswer(await trigger.call('DELETE'), 204);
  expectProblem(await trigger.call('GET'), 404, 'not-found');
});

test('a trigger is that of its project alone', async () => {
  const trigger = await TestTrigger.make(project);
  const other = `/projects/${await makeProject()}/triggers/${trigger.made.id}`;
  for (const [method, rest] of [
    ['GET', ''],
    ['DELETE', ''],
    ['POST', '/test'],
    ['POST', '/signing-secret'],
    ['GET', '/deliveries'],
  ] as const) {
    expectProblem(await call(ADMIN_CALLER, method, `${other}${rest}`), 404, 'not-found');
  }
  const workspace = await makeWorkspace(await makeProject());
  const problem = expectProblem(await create({ workspace }), 400, 'field-invalid');
  expect(problem.field).toBe('workspace');
});

test.each<[string, Readonly<Record<string, unknown>>, string]>([
  ['an address of a network', { action: { url: 'https://10.0.0.1/' } }, 'action.url'],
  ['an address of this registry', { action: { url: 'https://localhost:8443/' } }, 'action.url'],
  ['http', { action: { url: 'http://receiver.example.com/' } }, 'action.url'],
  ['a body that is no JSON', { action: { body: '{{tag}}' } }, 'action.body'],
  [
    'a header of the connection',
    { action: { headers: [{ name: 'Host', value: 'x' }] } },
    'action.headers',
  ],
  ['{{secret}} without a secret', { action: { headers } }, 'secret'],
  ['a secret of two lines', { secret: 'a\nb' }, 'secret'],
  ['an event that there is not', { events: ['image.eaten'] }, 'events.0'],
  ['no event', { events: [] }, 'events'],
  ['a pattern with brackets', { tags: ['[v]*'] }, 'tags.0'],
])('%s is refused, and the answer names the field', async (_, change, field) => {
  expect(expectProblem(await create(change), 400, 'field-invalid').field).toBe(field);
});

test('a project has 50 triggers at most', async () => {
  for (let n = 0; n < 50; n++) await TestTrigger.make(project);
  expectProblem(await create({}), 409, 'too-many-triggers');
});

test('http is for a platform whose administrator allows it', async () => {
  expectAnswer(await call(ADMIN_CALLER, 'PATCH', '/settings', { triggerHttp: true }), 200);
  const trigger = await TestTrigger.make(project, { action: { url: `http://${HOST.slice(8)}/` } });
  expectAnswer(await call(ADMIN_CALLER, 'PATCH', '/settings', { triggerHttp: false }), 200);
  const sent = expectAnswer(await trigger.call<LogEntry>('POST', '/test'), 200);
  expect(sent).toMatchObject({ outcome: 'given-up', request: null });
  expect(sent.error).toContain('https');
});

describe('a secret', () => {
  const secret = 'the-token-of-a-cluster';

  test('is sent, and neither comes back nor stands in the log or in the database', async () => {
    const trigger = await TestTrigger.make(project, { secret, action: { headers } });
    receiver.answer = ({ headers: sent }) => new Response(`you sent ${sent.get('authorization')}`);
    expectAnswer(await trigger.call('POST', '/test'), 200);
    expect(receiver.requests[0]?.headers.get('authorization')).toBe(`Bearer ${secret}`);
    expect(await trigger.view()).toMatchObject({ hasSecret: true });
    const seen = JSON.stringify([trigger.made, await trigger.view(), await trigger.log()]);
    expect(seen).toContain('Bearer ***');
    expect(seen).not.toContain(secret);
    const rows = JSON.stringify(await query('SELECT * FROM triggers'));
    expect(rows).not.toContain(secret);
    expect(rows).not.toContain(trigger.made.signingSecret.slice(6, 20));
  });

  test('stays when it is left out, but not for another host', async () => {
    const trigger = await TestTrigger.make(project, { secret, action: { headers } });
    const { name } = trigger.made;
    const same = rules({ name, action: { headers, body: `{"digest": "{{digest}}"}` } });
    expectAnswer(await trigger.call('PUT', '', same), 200);
    const elsewhere = rules({ name, action: { url: 'https://thief.example.com/', headers } });
    const problem = expectProblem(await trigger.call('PUT', '', elsewhere), 400, 'field-invalid');
    expect(problem.field).toBe('secret');
    expectAnswer(await trigger.call('PUT', '', { ...elsewhere, secret: 'another' }), 200);
    const removed = expectAnswer(
      await trigger.call<Trigger>('PUT', '', rules({ name, secret: null })),
      200,
    );
    expect(removed.hasSecret).toBe(false);
  });

  test('stays readable when CREDENTIAL_KEY is changed, and is sealed with the new key', async () => {
    const trigger = await TestTrigger.make(project, { secret, action: { headers } });
    const key = bindings.CREDENTIAL_KEY;
    const next = 'the-next-credential-key-0000000000000000';
    const services = { db: openDatabase(bindings.DB) };
    const keyIds = async () =>
      await query('SELECT DISTINCT key_id FROM triggers WHERE project_id = ?', project);
    const before = await keyIds();
    await resealSecrets(services, [next, key]);
    expect(await keyIds()).not.toEqual(before);
    const log = vi.spyOn(console, 'error').mockImplementation(() => {});
    const lost = expectAnswer(await trigger.call<LogEntry>('POST', '/test'), 200);
    expect(lost).toMatchObject({ outcome: 'given-up', request: null });
    expect(lost.error).toContain('secrets');
    log.mockRestore();
    await resealSecrets(services, [key, next]);
    expect(await keyIds()).toEqual(before);
    expectAnswer(await trigger.call('POST', '/test'), 200);
    expect(receiver.requests.at(-1)?.headers.get('authorization')).toBe(`Bearer ${secret}`);
  });
});

test('after a rotation both signing secrets sign for a day', async () => {
  const trigger = await TestTrigger.make(project);
  const rotate = await trigger.call<{ signingSecret: string }>('POST', '/signing-secret');
  const { signingSecret } = expectAnswer(rotate, 200);
  expect(signingSecret).not.toBe(trigger.made.signingSecret);
  expectAnswer(await trigger.call('POST', '/test'), 200);
  const signatures = receiver.requests[0]?.headers.get('webhook-signature')?.split(' ');
  expect(signatures).toHaveLength(2);
  const { now } = Date;
  vi.spyOn(Date, 'now').mockImplementation(() => now() + 25 * 3_600_000);
  expectAnswer(await trigger.call('POST', '/test'), 200);
  expect(receiver.requests[1]?.headers.get('webhook-signature')).toMatch(/^v1,\S+$/);
});
