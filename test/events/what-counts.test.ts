/** Which requests count as pulls, and which as uses. */
import { describe, expect, test } from 'vitest';
import { unique } from '../support/worker/content.ts';
import {
  makePlace,
  makeUser,
  projectAuthorization,
  tokenAuthorization,
} from '../support/worker/people.ts';
import { Counter, get, readPulls, readUses } from '../support/worker/pulls.ts';
import { pushImage, pushIndex } from '../support/worker/push.ts';
import { ADMIN, ANONYMOUS, bearer, expectStatus, send } from '../support/worker/registry-client.ts';
import { getToken } from '../support/worker/token-service.ts';

const HOUR = 3_600_000;

/** An image `v1`. */
async function pushed() {
  const name = unique('library/image');
  const { digest } = await pushImage(name, 'v1');
  return { name, digest, counter: await Counter.of(name) };
}

/** An index `v1` of two images, of which one has a tag. */
async function pushedIndex() {
  const name = unique('library/index');
  const [child, other] = [await pushImage(name, null), await pushImage(name, 'other')];
  const { digest: index } = await pushIndex(name, 'v1', [child.descriptor, other.descriptor]);
  return { name, index, child: child.digest, other: other.digest, counter: await Counter.of(name) };
}

/** Pulls in D1 by manifest, once the counter has been told of so many. */
async function counted(counter: Counter, pulls: number): Promise<Record<string, number>> {
  await counter.waitFor(pulls);
  await counter.flush();
  const { image, manifests, days, hours } = await readPulls(counter.imageId);
  const sum = (counts: Record<string, number>) => Object.values(counts).reduce((a, b) => a + b, 0);
  expect([sum(manifests), sum(days), sum(hours)]).toEqual([image, image, image]);
  return manifests;
}

/** The manifests that D1 says were used in this hour, once the counter has been told of some. */
async function used(counter: Counter, ...told: string[]): Promise<string[]> {
  await counter.waitForUses(...told);
  await counter.flush();
  const uses = Object.entries(await readUses(counter.imageId));
  expect(new Set(uses.map(([, at]) => at)).size).toBeLessThan(2);
  for (const [, at] of uses) expect(Date.now() - at).toBeLessThan(HOUR + 60_000);
  return uses.map(([digest]) => digest).sort();
}

describe.concurrent('a pull of an image', () => {
  test('is each GET by tag', async () => {
    const { name, digest, counter } = await pushed();
    for (const _ of [1, 2]) await get(name, 'v1');
    expect(await counted(counter, 2)).toEqual({ [digest]: 2 });
  });

  test('is each GET by digest', async () => {
    const { name, digest, counter } = await pushed();
    for (const _ of [1, 2]) await get(name, digest);
    expect(await counted(counter, 2)).toEqual({ [digest]: 2 });
  });

  test('is the GET by digest of a client that asked by HEAD what the tag points at', async () => {
    const { name, digest, counter } = await pushed();
    await get(name, 'v1', { method: 'HEAD' });
    await get(name, digest);
    expect(await counted(counter, 1)).toEqual({ [digest]: 1 });
  });

  test('is no HEAD, by tag or by digest', async () => {
    const { name, digest, counter } = await pushed();
    for (const reference of ['v1', digest]) await get(name, reference, { method: 'HEAD' });
    await get(name, 'v1');
    expect(await counted(counter, 1)).toEqual({ [digest]: 1 });
  });

  test('is no GET that is answered 304', async () => {
    const { name, digest, counter } = await pushed();
    const headers = { 'if-none-match': `"${digest}"` };
    for (const reference of ['v1', digest]) await get(name, reference, { headers, status: 304 });
    await get(name, 'v1');
    expect(await counted(counter, 1)).toEqual({ [digest]: 1 });
  });

  test('is no GET that is refused or finds nothing', async () => {
    const { workspace, developer } = await makePlace();
    const name = `${workspace}/image`;
    const { digest } = await pushImage(name, 'v1');
    const { authorization } = await makeUser();
    await get(name, 'v1', { who: ANONYMOUS, status: 401 });
    await get(name, digest, { who: authorization, status: 403 });
    await get(name, 'v1', { headers: { accept: 'text/html' }, status: 404 });
    await get(name, 'v2', { status: 404 });
    await get(name, 'v1', { who: developer });
    expect(await counted(await Counter.of(name), 1)).toEqual({ [digest]: 1 });
  });

  test('is no list of its tags or referrers', async () => {
    const { name, digest, counter } = await pushed();
    for (const path of ['tags/list', `referrers/${digest}`]) {
      await expectStatus(await send(ADMIN, 'GET', `/v2/${name}/${path}`), 200);
    }
    await get(name, 'v1');
    expect(await counted(counter, 1)).toEqual({ [digest]: 1 });
  });

  test('counts with the credential of a project as well', async () => {
    const { project, workspace } = await makePlace();
    const name = `${workspace}/image`;
    const { digest } = await pushImage(name, 'v1');
    await get(name, 'v1', { who: await projectAuthorization(project) });
    expect(await counted(await Counter.of(name), 1)).toEqual({ [digest]: 1 });
  });
});

describe.concurrent('a read of a client that says it is pushing', () => {
  const headers = { 'orlop-purpose': 'push' };

  test('is a use and no pull', async () => {
    const { workspace, developer } = await makePlace();
    const name = `${workspace}/image`;
    const { digest } = await pushImage(name, 'v1');
    const token = await getToken(developer, `scope=repository:${name}:pull`);
    await get(name, 'v1', { who: developer, headers });
    await get(name, digest, { who: bearer(token.token), headers });
    const counter = await Counter.of(name);
    expect(await used(counter, digest)).toEqual([digest]);
    expect(await counted(counter, 0)).toEqual({});
  });

  test('is a pull if it may not push', async () => {
    const { project, workspace } = await makePlace();
    const name = `${workspace}/image`;
    const { digest } = await pushImage(name, 'v1');
    const { authorization } = await makeUser({ [project]: 'viewer' });
    const limited = await tokenAuthorization(await makeUser({ [project]: 'developer' }), ['read']);
    for (const who of [authorization, limited]) await get(name, 'v1', { who, headers });
    expect(await counted(await Counter.of(name), 2)).toEqual({ [digest]: 2 });
  });
});

describe.concurrent('a pull of an index', () => {
  test('is one, whichever of its images the client fetches, how often and through whom', async () => {
    const { name, index, child, other, counter } = await pushedIndex();
    await get(name, 'v1');
    for (const reference of [child, child, other]) await get(name, reference);
    const elsewhere = { 'cf-connecting-ip': '192.0.2.7' };
    await get(name, child, { headers: elsewhere });
    await get(name, index, { headers: elsewhere });
    expect(await counted(counter, 2)).toEqual({ [index]: 2 });
  });

  test('and one of its images by a tag of its own are two', async () => {
    const { name, index, other, counter } = await pushedIndex();
    await get(name, 'other', { method: 'HEAD' });
    for (const reference of ['v1', 'other', other]) await get(name, reference);
    expect(await counted(counter, 2)).toEqual({ [index]: 1, [other]: 1 });
  });

  test('in an index is one', async () => {
    const name = unique('library/nested');
    const leaf = await pushImage(name, null);
    const inner = await pushIndex(name, null, [leaf.descriptor]);
    const outer = await pushIndex(name, 'v1', [inner]);
    for (const reference of ['v1', inner.digest, leaf.digest]) await get(name, reference);
    expect(await counted(await Counter.of(name), 1)).toEqual({ [outer.digest]: 1 });
  });

  test('that is in the trash explains no GET of its images', async () => {
    const { name, index, child, counter } = await pushedIndex();
    await expectStatus(await send(ADMIN, 'DELETE', `/v2/${name}/manifests/${index}`), 202);
    await get(name, child);
    expect(await counted(counter, 1)).toEqual({ [child]: 1 });
  });
});

describe.concurrent('content is in use when it is asked for by', () => {
  test.for([
    ['a HEAD of its tag', { method: 'HEAD' }],
    ['a GET of its tag', {}],
  ] as const)('%s', async ([, how]) => {
    const { name, digest, counter } = await pushed();
    await get(name, 'v1', how);
    expect(await used(counter, digest)).toEqual([digest]);
  });

  test.for([
    ['a HEAD of its digest', { method: 'HEAD' }],
    ['a GET of its digest', {}],
  ] as const)('%s', async ([, how]) => {
    const { name, digest, counter } = await pushed();
    await get(name, digest, how);
    expect(await used(counter, digest)).toEqual([digest]);
  });

  test('a GET of its tag that is answered 304', async () => {
    const { name, digest, counter } = await pushed();
    await get(name, 'v1', { headers: { 'if-none-match': `"${digest}"` }, status: 304 });
    expect(await used(counter, digest)).toEqual([digest]);
  });

  test.for([
    ['the download of an archive of it', {}],
    ['a part of an archive of it', { headers: { range: 'bytes=512-1023' } }],
    ['a HEAD of an archive of it', { method: 'HEAD' }],
  ] as const)('%s', async ([, how]) => {
    const { name, digest, counter } = await pushed();
    const [workspace, image] = name.split('/');
    const path = `/api/v1/workspaces/${workspace}/images/${image}/manifests/${digest}/archive`;
    const { method = 'GET', ...sent } = how as { method?: string };
    const answer = await send(ADMIN, method, `${path}?format=oci`, sent);
    expect(answer.ok).toBe(true);
    await answer.arrayBuffer();
    expect(await used(counter, digest)).toEqual([digest]);
  });

  test('its image of one platform, at any depth', async () => {
    const name = unique('library/nested');
    const leaf = await pushImage(name, null);
    const inner = await pushIndex(name, null, [leaf.descriptor]);
    const outer = await pushIndex(name, 'v1', [inner]);
    const idle = await pushImage(name, 'idle');
    await get(name, leaf.digest, { method: 'HEAD' });
    const all = [leaf.digest, inner.digest, outer.digest].sort();
    expect(await used(await Counter.of(name), leaf.digest)).toEqual(all);
    expect(all).not.toContain(idle.digest);
  });

  test('a signature that refers to it', async () => {
    const name = unique('library/signed');
    const subject = await pushImage(name, 'v1');
    const about = { fields: { subject: subject.descriptor } };
    const signature = await pushImage(name, null, about);
    await get(name, signature.digest);
    const both = [signature.digest, subject.digest].sort();
    expect(await used(await Counter.of(name), signature.digest)).toEqual(both);
  });

  test('a signature whose tag names it', async () => {
    const { name, digest, counter } = await pushed();
    const tag = `${digest.replace(':', '-')}.sig`;
    const signature = await pushImage(name, tag);
    await get(name, tag);
    const both = [signature.digest, digest].sort();
    expect(await used(counter, signature.digest)).toEqual(both);
  });

  test('no list, and no blob', async () => {
    const { name, digest, counter } = await pushed();
    const other = await pushImage(name, 'other');
    for (const path of ['tags/list', `referrers/${digest}`, `blobs/${other.config.digest}`]) {
      await expectStatus(await send(ADMIN, 'GET', `/v2/${name}/${path}`), 200);
    }
    await get(name, 'other', { method: 'HEAD' });
    expect(await used(counter, other.digest)).toEqual([other.digest]);
  });
});
