import { beforeAll, expect, test } from 'vitest';
import { ADMIN_CALLER, type Caller, call, expectAnswer } from '../support/worker/api-client.ts';
import { query } from '../support/worker/database.ts';
import { PASSWORD } from '../support/worker/people.ts';
import { type PushedImage, pushImage } from '../support/worker/push.ts';
import { basic, send } from '../support/worker/registry-client.ts';
import { type Cast, makeCast } from './support/cast.ts';

/** A user name that is part of nothing else. */
const NAME = 'hildegard-unmistakable';

let cast: Cast;
let image: PushedImage;
let workspace: string;
let reads: string[];

beforeAll(async () => {
  cast = await makeCast();
  const { developer } = cast.users;
  await query('UPDATE users SET name = ? WHERE id = ?', NAME, developer.id);
  const who = basic(NAME, PASSWORD);
  workspace = 'their-public-place';
  const made = { name: workspace, access: 'public' };
  const path = `/projects/${cast.project}/workspaces`;
  expectAnswer(await call(cast.callers.developer, 'POST', path, made), 201);
  image = await pushImage(`${workspace}/app`, 'v1', { who });
  await pushImage(`${workspace}/app`, 'gone', { who });
  await send(who, 'DELETE', `/v2/${workspace}/app/manifests/gone`);
  const { paths } = expectAnswer(
    await call<{ paths: Record<string, object> }>({}, 'GET', '/openapi.json'),
    200,
  );
  reads = Object.entries(paths)
    .filter(([, methods]) => 'get' in methods)
    .map(([template]) => fill(template.replace('/api/v1', '')));
});

function fill(template: string): string {
  const values: Record<string, string> = {
    workspace,
    image: 'app',
    tag: 'v1',
    digest: image.digest,
    projectId: String(cast.project),
  };
  return template.replaceAll(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '1');
}

/** The reads of the API that answer a caller with the name. */
async function namedIn(caller: Caller): Promise<string[]> {
  const found = [];
  const more = ['/workspaces?scope=shared', '/images?scope=shared', '/users?q=hilde'];
  for (const path of [...reads, ...more]) {
    const headers = caller as Record<string, string>;
    const answer = await send(null, 'GET', `/api/v1${path}`, { headers });
    if ((await answer.text()).includes(NAME)) found.push(path);
  }
  return found;
}

test('whoever is no member of a public workspace’s project sees no user name in any answer', async () => {
  expect(reads.length).toBeGreaterThan(30);
  expect(await namedIn(cast.callers.outsider)).toEqual([]);
});

test.each(['viewer', 'owner', 'admin'] as const)('but the %s of it does', async (part) => {
  const app = `/workspaces/${workspace}/images/app`;
  expect(await namedIn(part === 'admin' ? ADMIN_CALLER : cast.callers[part])).toEqual(
    expect.arrayContaining([
      `/workspaces/${workspace}`,
      `${app}/versions`,
      `${app}/versions/v1`,
      `${app}/versions/v1/history`,
      `${app}/history`,
      `${app}/manifests/${image.digest}`,
    ]),
  );
});

test('a list of workspaces names who made them only where the caller is a member', async () => {
  const find = async (caller: Caller, scope: string) => {
    const path = `/workspaces?scope=${scope}&q=${workspace}`;
    const page = await call<{ items: { createdBy: string | null }[] }>(caller, 'GET', path);
    return expectAnswer(page, 200).items.map(({ createdBy }) => createdBy);
  };
  expect(await find(cast.callers.outsider, 'shared')).toEqual([null]);
  expect(await find(cast.callers.viewer, 'own')).toEqual([NAME]);
});
