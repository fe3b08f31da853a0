import { beforeAll, describe, expect, test } from 'vitest';
import { call, expectAnswer, expectProblem } from '../support/worker/api-client.ts';
import { makeWorkspace } from '../support/worker/people.ts';
import { pushImage } from '../support/worker/push.ts';
import { ANONYMOUS, bearer, send } from '../support/worker/registry-client.ts';
import { getToken } from '../support/worker/token-service.ts';
import { type Cast, makeCast } from './support/cast.ts';

const DEFAULTS = {
  anonymousPull: false,
  layerUrls: false,
  triggerHttp: false,
  trashDays: 7,
  uploadLimitBytes: 2 * 1024 ** 3,
  scrubBytesPerDay: 50 * 1024 ** 3,
  tokenLifetimeDays: 365,
  sessionLifetimeDays: 365,
};

let cast: Cast;

beforeAll(async () => {
  cast = await makeCast();
});

const read = async () => expectAnswer(await call(cast.callers.admin, 'GET', '/settings'), 200);
const change = (body: unknown) => call(cast.callers.admin, 'PATCH', '/settings', body);

test('a new platform has default settings, and a change leaves the others unchanged', async () => {
  expect(await read()).toEqual(DEFAULTS);
  const changed = { ...DEFAULTS, trashDays: 30 };
  expect(expectAnswer(await change({ trashDays: 30 }), 200)).toEqual(changed);
  expect(await read()).toEqual(changed);
  expect(expectAnswer(await change({}), 200)).toEqual(changed);
  const all = {
    anonymousPull: true,
    layerUrls: true,
    triggerHttp: true,
    trashDays: 0,
    uploadLimitBytes: 5_000_000_000,
    scrubBytesPerDay: 0,
    tokenLifetimeDays: 1,
    sessionLifetimeDays: 3650,
  };
  expect(expectAnswer(await change(all), 200)).toEqual(all);
  expect(expectAnswer(await change(DEFAULTS), 200)).toEqual(DEFAULTS);
});

test.each([
  ['nobody', 401, 401],
  ['outsider', 200, 403],
  ['viewer', 200, 403],
  ['developer', 200, 403],
  ['owner', 200, 403],
  ['admin', 200, 200],
] as const)('%s reads them with %i and changes them with %i', async (part, reading, changing) => {
  const caller = cast.callers[part];
  expect((await call(caller, 'GET', '/settings')).status).toBe(reading);
  expect((await call(caller, 'PATCH', '/settings', { trashDays: 7 })).status).toBe(changing);
});

test.each([
  [{ anonymousPull: 'yes' }, 'anonymousPull'],
  [{ anonymousPull: null }, 'anonymousPull'],
  [{ layerUrls: 1 }, 'layerUrls'],
  [{ trashDays: -1 }, 'trashDays'],
  [{ trashDays: 366 }, 'trashDays'],
  [{ trashDays: 1.5 }, 'trashDays'],
  [{ uploadLimitBytes: 0 }, 'uploadLimitBytes'],
  [{ uploadLimitBytes: 2 ** 60 }, 'uploadLimitBytes'],
  [{ scrubBytesPerDay: -1 }, 'scrubBytesPerDay'],
  [{ tokenLifetimeDays: 0 }, 'tokenLifetimeDays'],
  [{ sessionLifetimeDays: 3651 }, 'sessionLifetimeDays'],
  [{ anonymous: true }, 'anonymous'],
])('%j is refused, naming the field, and changes nothing', async (body, field) => {
  const refused = await change({ trashDays: 9, ...body });
  expect(expectProblem(refused, 400, 'field-invalid').field).toBe(field);
  expect(await read()).toEqual(DEFAULTS);
});

describe('anonymous pull', () => {
  test('opens public images to anonymous users at once, but never pushes or private images', async () => {
    const places = {
      public: await makeWorkspace(cast.project, 'public'),
      private: await makeWorkspace(cast.project),
    };
    for (const workspace of Object.values(places)) await pushImage(`${workspace}/app`, 'v1');
    const ask = async (workspace: string, method: string, path: string) => {
      const scope = `scope=repository:${workspace}/app:pull,push`;
      const { token } = await getToken(ANONYMOUS, scope);
      return (await send(bearer(token), method, `/v2/${workspace}/app/${path}`)).status;
    };
    const pull = (workspace: string) => ask(workspace, 'GET', 'manifests/v1');
    const push = (workspace: string) => ask(workspace, 'POST', 'blobs/uploads/');
    const statuses = async () => ({
      public: [await pull(places.public), await push(places.public)],
      private: [await pull(places.private), await push(places.private)],
    });
    const closed = { public: [401, 401], private: [401, 401] };
    expect(await statuses()).toEqual(closed);
    expectAnswer(await change({ anonymousPull: true }), 200);
    expect(await statuses()).toEqual({ ...closed, public: [200, 401] });
    expectAnswer(await change({ anonymousPull: false }), 200);
    expect(await statuses()).toEqual(closed);
  });
});
