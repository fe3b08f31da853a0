import { createExecutionContext } from 'cloudflare:test';
import { beforeEach, expect, test, vi } from 'vitest';
import { createApp } from '../../src/app.ts';
import type { Env } from '../../src/env.ts';
import { later } from '../auth/support/later.ts';
import { bindings } from '../support/worker/database.ts';
import { ANONYMOUS, expectStatus, ORIGIN, send } from '../support/worker/registry-client.ts';

beforeEach(() => {
  vi.spyOn(console, 'error').mockImplementation(() => {});
});

const ask = (env: Env, path: string) =>
  createApp().fetch(new Request(`${ORIGIN}${path}`), env, createExecutionContext());

const away = () => Promise.reject(new Error('away'));

test('/healthz is 200 for everyone while all checks pass', async () => {
  const response = await expectStatus(await send(ANONYMOUS, 'GET', '/healthz'), 200);
  expect(await response.json()).toEqual({
    status: 'ok',
    failed: [],
    version: expect.stringMatching(/^\d+\.\d+\.\d+/),
  });
  expect(response.headers.get('cache-control')).toBe('no-store');
  await expectStatus(await send(ANONYMOUS, 'HEAD', '/healthz'), 200);
});

test.each<[string, Partial<Record<keyof Env, unknown>>]>([
  ['database', { DB: { prepare: () => ({ first: away }) } }],
  ['database', { DB: undefined }],
  ['storage', { BUCKET: { head: away } }],
  ['storage', { BUCKET: undefined }],
  ['secrets', { TOKEN_KEY: '' }],
  ['secrets', { CREDENTIAL_KEY: 'too short' }],
  ['secrets', { ADMIN_PASSWORD: undefined }],
])('/healthz is 503 and names the %s that fails: %o', async (part, change) => {
  const env = { ...bindings, ...change } as Env;
  const response = await ask(env, '/healthz');
  expect(response.status).toBe(503);
  const text = await response.text();
  expect(JSON.parse(text)).toMatchObject({ status: 'failing', failed: [part] });
  expect(text).not.toContain(bindings.TOKEN_KEY);
});

test('/v2 returns 5xx in its own format when the secrets are invalid, and reveals none', async () => {
  const env = { ...bindings, TOKEN_KEY: 'a short key' } as Env;
  const response = await ask(env, '/v2/');
  expect(response.status).toBeGreaterThanOrEqual(500);
  const text = await response.text();
  expect(JSON.parse(text)).toMatchObject({ errors: [{ code: expect.any(String) }] });
  expect(text).not.toContain('a short key');
});

test('/healthz asks the database and the storage once in five seconds, whoever asks', async () => {
  let asked = 0;
  let isAway = false;
  const count = () => {
    asked++;
    return isAway ? away() : Promise.resolve(null);
  };
  const DB = { prepare: () => ({ first: count }) };
  const env = { ...bindings, DB, BUCKET: { head: count } } as unknown as Env;
  for (let i = 0; i < 10; i++) expect((await ask(env, '/healthz')).status).toBe(200);
  expect(asked).toBe(2);
  isAway = true;
  await later(4, async () => expect((await ask(env, '/healthz')).status).toBe(200));
  await later(5, async () => expect((await ask(env, '/healthz')).status).toBe(503));
  isAway = false;
  await later(9, async () => expect((await ask(env, '/healthz')).status).toBe(503));
  await later(11, async () => expect((await ask(env, '/healthz')).status).toBe(200));
  // A clock that was ahead and is right again.
  isAway = true;
  expect((await ask(env, '/healthz')).status).toBe(503);
});
