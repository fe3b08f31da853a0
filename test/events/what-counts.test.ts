import { evictDurableObject } from 'cloudflare:test';
import { describe, expect, test } from 'vitest';
import { makePlace, makeUser, projectAuthorization } from '../support/worker/people.ts';
import { Counter, get, readPulls } from '../support/worker/pulls.ts';
import { pushImage, pushIndex } from '../support/worker/push.ts';
import { ADMIN, ANONYMOUS, expectStatus, send } from '../support/worker/registry-client.ts';

/** An image `v1` in a private workspace. */
async function pushed() {
  const { workspace, developer } = await makePlace();
  const name = `${workspace}/image`;
  const { digest } = await pushImage(name, 'v1');
  return { name, digest, developer, counter: await Counter.of(name) };
}

/** An index `v1` of two images that have no tag of their own. */
async function pushedIndex() {
  const { project, workspace, developer } = await makePlace();
  const name = `${workspace}/image`;
  const [child, other] = [await pushImage(name, null), await pushImage(name, null)];
  const { digest: index } = await pushIndex(name, 'v1', [child.descriptor, other.descriptor]);
  const counter = await Counter.of(name);
  return { project, name, index, child: child.digest, other: other.digest, developer, counter };
}

/** Pulls in D1 by reference, once the counter has been told of so many GETs. */
async function counted(counter: Counter, gets: number): Promise<Record<string, number>> {
  await counter.waitFor(gets);
  expect(await counter.flush()).toBe(true);
  const { image, days } = await readPulls(counter.imageId);
  const entries = Object.entries(days).map(([name, pulls]) => [name.slice(11), pulls] as const);
  expect(image).toBe(entries.reduce((sum, [, pulls]) => sum + pulls, 0));
  return Object.fromEntries(entries);
}

describe('of an image', () => {
  test('each GET by tag counts for the tag and for its manifest', async () => {
    const { name, digest, counter } = await pushed();
    await get(name, 'v1');
    await get(name, 'v1');
    expect(await counted(counter, 2)).toEqual({ v1: 2 });
    const { tags, manifests } = await readPulls(counter.imageId);
    expect([tags, manifests]).toEqual([{ v1: 2 }, { [digest]: 2 }]);
  });

  test('each GET by digest counts for the digest, and for no tag', async () => {
    const { name, digest, counter } = await pushed();
    await get(name, digest);
    await get(name, digest);
    expect(await counted(counter, 2)).toEqual({ [digest]: 2 });
    const { tags, manifests } = await readPulls(counter.imageId);
    expect([tags, manifests]).toEqual([{}, { [digest]: 2 }]);
  });

  test('a HEAD does not count, by tag or by digest', async () => {
    const { name, digest, counter } = await pushed();
    for (const reference of ['v1', digest]) await get(name, reference, { method: 'HEAD' });
    await get(name, 'v1');
    expect(await counted(counter, 1)).toEqual({ v1: 1 });
  });

  test('a GET that is answered 304 does not count', async () => {
    const { name, digest, counter } = await pushed();
    const headers = { 'if-none-match': `"${digest}"` };
    for (const reference of ['v1', digest]) await get(name, reference, { headers, status: 304 });
    await get(name, 'v1');
    expect(await counted(counter, 1)).toEqual({ v1: 1 });
  });

  test('a GET that is refused or finds nothing does not count', async () => {
    const { name, digest, counter } = await pushed();
    const { authorization } = await makeUser();
    await get(name, 'v1', { who: ANONYMOUS, status: 401 });
    await get(name, digest, { who: authorization, status: 403 });
    await get(name, 'v1', { headers: { accept: 'text/html' }, status: 404 });
    await get(name, 'v2', { status: 404 });
    await get(name, 'v1');
    expect(await counted(counter, 1)).toEqual({ v1: 1 });
  });

  test('lists of its tags and referrers do not count', async () => {
    const { name, digest, counter } = await pushed();
    for (const path of ['tags/list', `referrers/${digest}`]) {
      await expectStatus(await send(ADMIN, 'GET', `/v2/${name}/${path}`), 200);
    }
    await get(name, 'v1');
    expect(await counted(counter, 1)).toEqual({ v1: 1 });
  });
});

describe('a client that asks by HEAD what a tag points at and then GETs the digest', () => {
  test('has pulled the tag', async () => {
    const { name, digest, counter } = await pushed();
    await get(name, 'v1', { method: 'HEAD' });
    await get(name, digest);
    expect(await counted(counter, 1)).toEqual({ v1: 1 });
    expect((await readPulls(counter.imageId)).tags).toEqual({ v1: 1 });
  });

  test('has pulled the digest if another client asked', async () => {
    const { name, digest, developer, counter } = await pushed();
    await get(name, 'v1', { method: 'HEAD', who: developer });
    await get(name, digest);
    expect(await counted(counter, 1)).toEqual({ [digest]: 1 });
  });

  test('has pulled an index once, together with its child', async () => {
    const { name, index, child, counter } = await pushedIndex();
    await get(name, 'v1', { method: 'HEAD' });
    await get(name, index);
    await get(name, child);
    expect(await counted(counter, 2)).toEqual({ v1: 1 });
  });
});

describe('of an index', () => {
  test('a client that follows it to a child has pulled once, for the tag', async () => {
    const { name, index, child, counter } = await pushedIndex();
    await get(name, 'v1');
    await get(name, child);
    expect(await counted(counter, 2)).toEqual({ v1: 1 });
    expect((await readPulls(counter.imageId)).manifests).toEqual({ [index]: 1 });
  });

  test('a client that copies all of it has pulled once', async () => {
    const { name, index, child, other, counter } = await pushedIndex();
    for (const reference of [index, child, other]) await get(name, reference);
    expect(await counted(counter, 3)).toEqual({ [index]: 1 });
  });

  test('a child counts if the client was not sent the index', async () => {
    const { name, child, counter } = await pushedIndex();
    await get(name, child);
    await get(name, child);
    expect(await counted(counter, 2)).toEqual({ [child]: 2 });
  });

  test('a child counts each time that the index does not explain', async () => {
    const { name, child, counter } = await pushedIndex();
    for (const reference of ['v1', child, child, 'v1', child, child]) await get(name, reference);
    expect(await counted(counter, 6)).toEqual({ v1: 2, [child]: 2 });
  });

  test('a child counts if another client was sent the index', async () => {
    const { project, name, child, developer, counter } = await pushedIndex();
    const { authorization } = await makeUser({ [project]: 'viewer' });
    await get(name, 'v1', { who: developer });
    await get(name, child, { who: authorization });
    await get(name, child, { who: developer, headers: { 'cf-connecting-ip': '192.0.2.7' } });
    expect(await counted(counter, 3)).toEqual({ v1: 1, [child]: 2 });
  });

  test('a child of an index in an index is followed too', async () => {
    const { workspace } = await makePlace();
    const name = `${workspace}/nested`;
    const leaf = await pushImage(name, null);
    const inner = await pushIndex(name, null, [leaf.descriptor]);
    await pushIndex(name, 'v1', [inner]);
    for (const reference of ['v1', inner.digest, leaf.digest]) await get(name, reference);
    expect(await counted(await Counter.of(name), 3)).toEqual({ v1: 1 });
  });

  test('a child with a tag of its own counts by that tag', async () => {
    const { workspace } = await makePlace();
    const name = `${workspace}/tagged`;
    const child = await pushImage(name, 'amd64');
    await pushIndex(name, 'v1', [child.descriptor]);
    for (const reference of ['v1', 'amd64', child.digest]) await get(name, reference);
    expect(await counted(await Counter.of(name), 3)).toEqual({ v1: 1, amd64: 1 });
  });

  test('it explains its child even after the counter was evicted', async () => {
    const { name, child, counter } = await pushedIndex();
    await get(name, 'v1');
    await counter.waitFor(1);
    await evictDurableObject(counter.stub);
    await get(name, child);
    expect(await counted(counter, 2)).toEqual({ v1: 1 });
  });

  test('it explains a child for ten minutes', async () => {
    const { counter, index, child } = await pushedIndex();
    const at = Date.UTC(2026, 0, 1, 12);
    const client = { client: 'someone', digest: child as never, tag: null };
    const children = [child] as never;
    await counter.serve({ ...client, digest: index as never, tag: 'v1' as never, at, children });
    await counter.serve({ ...client, digest: index as never, tag: 'v1' as never, at, children });
    await counter.serve({ ...client, at: at + 9 * 60_000 });
    await counter.serve({ ...client, at: at + 12 * 60_000 });
    expect(await counted(counter, 4)).toEqual({ v1: 2, [child]: 1 });
  });
});

test('pulls with the credential of a project count like others', async () => {
  const { project, workspace } = await makePlace();
  const name = `${workspace}/image`;
  await pushImage(name, 'v1');
  await get(name, 'v1', { who: await projectAuthorization(project) });
  expect(await counted(await Counter.of(name), 1)).toEqual({ v1: 1 });
});
