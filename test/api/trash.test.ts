/** Deleting and restoring at every level, and who sees the trash. */
import { beforeAll, describe, expect, test } from 'vitest';
import { expectCountsRight } from '../storage/counts.ts';
import {
  type Caller,
  call,
  expectAnswer,
  expectProblem,
  type Page,
  readAll,
} from '../support/worker/api-client.ts';
import { unique } from '../support/worker/content.ts';
import { query } from '../support/worker/database.ts';
import { makeWorkspace } from '../support/worker/people.ts';
import { pushBlob, pushImage, pushIndex, putManifest, tagDigest } from '../support/worker/push.ts';
import { ADMIN, expectStatus, send } from '../support/worker/registry-client.ts';
import { type Cast, makeCast } from './support/cast.ts';

interface Item {
  readonly id: string;
  readonly kind: string;
  readonly workspace: string;
  readonly image: string | null;
  readonly tag: string | null;
  readonly size: number;
  readonly deletedBy: string;
  readonly deletedAt: string;
  readonly expiresAt: string;
}

let cast: Cast;
let developer: Caller;

beforeAll(async () => {
  cast = await makeCast();
  developer = cast.callers.developer;
});

const place = async (access: 'private' | 'public' = 'private') =>
  await makeWorkspace(cast.project, access);
const imagePath = (workspace: string, image = 'app') => `/workspaces/${workspace}/images/${image}`;
const list = async (caller: Caller, workspace: string) =>
  (await readAll<Item>(caller, `/trash?workspace=${workspace}`)).map(({ id }) => id);
const trash = async (path: string) =>
  expectAnswer(await call<{ trashId: string }>(developer, 'DELETE', path), 200).trashId;
const restore = async (id: string, body: object = {}, caller = developer) =>
  await call(caller, 'POST', `/trash/${id}/restoration`, body);
const read = async (path: string) => expectAnswer(await call(developer, 'GET', path), 200);

/** All that the API shows of an image: its view, versions, pulls and history. */
async function snapshot(workspace: string) {
  const path = imagePath(workspace);
  return {
    image: await read(path),
    versions: await read(`${path}/versions?sort=name`),
    history: await read(`${path}/versions/v1/history`),
    pulls: await read(`${path}/pulls`),
    space: await read(`/workspaces/${workspace}`),
  };
}

async function makeImage(workspace: string) {
  const repository = `${workspace}/app`;
  const old = await pushImage(repository, 'v1');
  const image = await pushImage(repository, 'v1');
  await pushIndex(repository, 'all', [image.descriptor]);
  const change = { description: '# Ours' };
  await call(developer, 'PATCH', imagePath(workspace), change, { 'if-match': '*' });
  await query(
    'UPDATE manifests SET pulls = 7, last_pulled_at = 5, last_used_at = 9 WHERE digest = ?',
    image.digest,
  );
  return { repository, old, image };
}

describe('restored completely, with tags, description, counts and history:', () => {
  test.each(['image', 'workspace'])('%s', async (kind) => {
    const workspace = await place();
    const { repository, image } = await makeImage(workspace);
    const before = await snapshot(workspace);
    const id = await trash(kind === 'image' ? imagePath(workspace) : `/workspaces/${workspace}`);
    expect(id).toMatch(new RegExp(`^${kind}-\\d+$`));
    expect(await tagDigest(repository, 'v1')).toBeNull();
    expect(await list(developer, workspace)).toEqual([id]);
    const wanted = { kind, workspace, image: kind === 'image' ? 'app' : null, tag: null };
    expect(expectAnswer(await restore(id), 200)).toEqual(wanted);
    expect(await snapshot(workspace)).toEqual(before);
    expect(await tagDigest(repository, 'v1')).toBe(image.digest);
    expect(await list(developer, workspace)).toEqual([]);
    expectProblem(await restore(id), 404, 'not-found');
    await expectCountsRight();
  });

  test('version', async () => {
    const workspace = await place();
    const { repository, old, image } = await makeImage(workspace);
    const { history: _, ...before } = await snapshot(workspace);
    const id = await trash(`${imagePath(workspace)}/versions/v1`);
    expect(await tagDigest(repository, 'v1')).toBeNull();
    const restored = expectAnswer(await restore(id), 200);
    expect(restored).toEqual({ kind: 'version', workspace, image: 'app', tag: 'v1' });
    const { history, ...after } = await snapshot(workspace);
    expect(after).toEqual(before);
    const digests = (history as Page<{ digest: string }>).items.map(({ digest }) => digest);
    expect(digests).toEqual([image.digest, null, image.digest, old.digest]);
    await expectCountsRight();
  });
});

test('a manifest deleted by its digest comes back with its children, blobs and tags', async () => {
  const workspace = await place();
  const repository = `${workspace}/app`;
  const image = await pushImage(repository, null);
  const index = await pushIndex(repository, null, [image.descriptor]);
  const remove = async (path: string) =>
    await expectStatus(await send(ADMIN, 'DELETE', `/v2/${repository}/${path}`), 202);
  for (const { digest } of [index, image]) await remove(`manifests/${digest}`);
  await remove(`blobs/${image.config.digest}`);
  const [child, parent] = await readAll<Item>(developer, `/trash?workspace=${workspace}`);
  expect([child?.tag, parent?.tag]).toEqual([null, null]);
  expectProblem(await restore(String(parent?.id), { name: 'v1' }), 400, 'field-invalid');
  expectAnswer(await restore(String(parent?.id)), 200);
  expect(await list(developer, workspace)).toEqual([]);
  for (const path of [
    `manifests/${index.digest}`,
    `manifests/${image.digest}`,
    `blobs/${image.config.digest}`,
  ]) {
    await expectStatus(await send(ADMIN, 'HEAD', `/v2/${repository}/${path}`), 200);
  }
});

describe('a name in use is refused, and another one works:', () => {
  test('workspace', async () => {
    const workspace = await place();
    await pushImage(`${workspace}/needle`, 'v1');
    const id = await trash(`/workspaces/${workspace}`);
    await query(
      `INSERT INTO workspaces (project_id, name, access, created_at, created_by)
        VALUES (?, ?, 'private', 0, 'test')`,
      cast.project,
      workspace,
    );
    expect(expectProblem(await restore(id), 409, 'name-taken').field).toBe('name');
    for (const name of ['Not Good', 'v2', 'x'.repeat(200)]) {
      expectProblem(await restore(id, { name }), 400, 'field-invalid');
    }
    const name = unique('renamed');
    expectAnswer(await restore(id, { name }), 200);
    const found = await readAll<{ workspace: string }>(developer, `/images?q=${name}/needle`);
    expect(found.map((image) => image.workspace)).toEqual([name]);
  });

  test('image', async () => {
    const workspace = await place();
    await pushImage(`${workspace}/app`, 'v1');
    const id = await trash(imagePath(workspace));
    await pushImage(`${workspace}/app`, 'other');
    expect(expectProblem(await restore(id), 409, 'name-taken').field).toBe('name');
    expectProblem(await restore(id, { name: 'Not Good' }), 400, 'field-invalid');
    expectAnswer(await restore(id, { name: 'team/app' }), 200);
    expect(await tagDigest(`${workspace}/team/app`, 'v1')).not.toBeNull();
  });

  test('version', async () => {
    const workspace = await place();
    const image = await pushImage(`${workspace}/app`, 'v1');
    const id = await trash(`${imagePath(workspace)}/versions/v1`);
    await pushImage(`${workspace}/app`, 'v1');
    expect(expectProblem(await restore(id), 409, 'name-taken').field).toBe('name');
    expectProblem(await restore(id, { name: '-x' }), 400, 'field-invalid');
    expectAnswer(await restore(id, { name: 'v1-old' }), 200);
    expect(await tagDigest(`${workspace}/app`, 'v1-old')).toBe(image.digest);
    await expectCountsRight();
  });
});

test('the parent must be restored first', async () => {
  const workspace = await place();
  await pushImage(`${workspace}/app`, 'v1');
  await pushImage(`${workspace}/app`, 'v2');
  const version = await trash(`${imagePath(workspace)}/versions/v1`);
  const image = await trash(imagePath(workspace));
  const whole = await trash(`/workspaces/${workspace}`);
  expectProblem(await restore(version), 409, 'in-trash');
  expect(expectProblem(await restore(image), 409, 'in-trash').title).toContain(workspace);
  expectAnswer(await restore(whole), 200);
  expect(expectProblem(await restore(version), 409, 'in-trash').title).toContain('app');
  for (const id of [image, version]) expectAnswer(await restore(id), 200);
  expect(await list(developer, workspace)).toEqual([]);
});

test('bulk deletions return a trash id for each item', async () => {
  const workspace = await place();
  await pushImage(`${workspace}/app`, 'v1');
  await pushImage(`${workspace}/other`, 'v1');
  const versions = expectAnswer(
    await call<{ trashId?: string; status: string }[]>(
      developer,
      'POST',
      `${imagePath(workspace)}/versions/deletion`,
      [{ tag: 'v1' }, { tag: 'v2' }],
    ),
    200,
  );
  expect(versions.map(({ status }) => status)).toEqual(['deleted', 'failed']);
  const images = expectAnswer(
    await call<{ trashId?: string }[]>(developer, 'POST', '/images/deletion', [
      { workspace, image: 'missing' },
      { workspace, image: 'other' },
    ]),
    200,
  );
  expect(images[0]?.trashId).toBeUndefined();
  for (const id of [versions[0]?.trashId, images[1]?.trashId]) {
    expectAnswer(await restore(String(id)), 200);
  }
});

test('a purged item disappears at once and cannot be restored', async () => {
  const workspace = await place();
  await pushImage(`${workspace}/app`, 'v1');
  const id = await trash(imagePath(workspace));
  expectAnswer(await call(developer, 'DELETE', `/trash/${id}`), 204);
  expectProblem(await call(developer, 'DELETE', `/trash/${id}`), 404, 'not-found');
  expectProblem(await restore(id), 404, 'not-found');
  expect(await list(developer, workspace)).toEqual([]);
});

test('purging and restoring concurrently: one of the two succeeds', async () => {
  for (let round = 0; round < 10; round++) {
    const workspace = await place();
    const repository = `${workspace}/app`;
    await pushImage(repository, 'v1');
    const id = await trash(
      round % 2 ? imagePath(workspace) : `${imagePath(workspace)}/versions/v1`,
    );
    const [gone, back] = await Promise.all([
      call(developer, 'DELETE', `/trash/${id}`),
      restore(id),
    ]);
    expect([
      [204, 404],
      [404, 200],
      // The purge found the item before the restoration, and then had nothing to purge.
      [204, 200],
    ]).toContainEqual([gone.status, back.status]);
    expect((await tagDigest(repository, 'v1')) !== null).toBe(back.status === 200);
  }
});

test.each(['private', 'public'] as const)(
  'only members who may delete see the trash of a %s workspace',
  async (access) => {
    const workspace = await place(access);
    await pushImage(`${workspace}/app`, 'v1');
    const { callers } = cast;
    const id = await trash(imagePath(workspace));
    for (const caller of [callers.outsider, callers.viewer]) {
      expect(await list(caller, workspace)).toEqual([]);
      expect(await readAll<Item>(caller, '/trash')).toEqual([]);
      expectProblem(await restore(id, {}, caller), 404, 'not-found');
      expectProblem(await call(caller, 'DELETE', `/trash/${id}`), 404, 'not-found');
      expectProblem(await call(caller, 'GET', '/trash?scope=all'), 403, 'denied');
    }
    for (const caller of [developer, callers.owner]) {
      expect(await list(caller, workspace)).toEqual([id]);
    }
    const all = await readAll<Item>(callers.admin, `/trash?scope=all&workspace=${workspace}`);
    expect(all.map((item) => item.id)).toEqual([id]);
  },
);

test('the list is sorted latest first, can be limited to a kind, and is paged to its end', async () => {
  const workspace = await place();
  const repository = `${workspace}/app`;
  const { text } = await pushImage(repository, 'v0');
  for (let n = 1; n < 8; n++) await putManifest(repository, `v${n}`, text);
  await pushBlob(repository);
  const ids: string[] = [];
  for (let n = 0; n < 8; n++) ids.unshift(await trash(`${imagePath(workspace)}/versions/v${n}`));
  await query(
    'UPDATE trash SET deleted_at = 1000 WHERE deleted_at % 2 = 1 AND kind = ?',
    'version',
  );
  ids.unshift(await trash(imagePath(workspace)));
  const items = await readAll<Item>(developer, `/trash?workspace=${workspace}&limit=2`);
  expect(items.map(({ id }) => id).sort()).toEqual([...ids].sort());
  const keys = items.map(({ deletedAt, id }) => [deletedAt, Number(id.split('-')[1])] as const);
  const order = [...keys].sort((a, b) => (a[0] === b[0] ? b[1] - a[1] : a[0] < b[0] ? 1 : -1));
  expect(keys).toEqual(order);
  const [first] = items;
  expect(first).toMatchObject({ kind: 'image', workspace, image: 'app', tag: null, size: 96 });
  const time = Date.parse(first?.expiresAt ?? '') - Date.parse(first?.deletedAt ?? '');
  expect(time).toBe(7 * 24 * 60 * 60 * 1000);
  const versions = await readAll<Item>(developer, `/trash?workspace=${workspace}&kind=version`);
  expect(versions).toHaveLength(8);
  expect(versions[0]).toMatchObject({ size: 96, image: 'app' });
  expectProblem(await call(developer, 'GET', '/trash?cursor=x'), 400, 'field-invalid');
});
