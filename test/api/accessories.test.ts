/** Signatures and what else is attached to an image live and go with it, and are no versions. */
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { expectCountsRight } from '../storage/counts.ts';
import {
  type Caller,
  call,
  expectAnswer,
  makeAdmin,
  readAll,
} from '../support/worker/api-client.ts';
import { CONFIG_TYPE, type Descriptor } from '../support/worker/content.ts';
import { imageId, query } from '../support/worker/database.ts';
import { makePlace } from '../support/worker/people.ts';
import { pushImage, pushIndex, putManifest, tagDigest } from '../support/worker/push.ts';
import { ADMIN, expectFault, expectStatus, send } from '../support/worker/registry-client.ts';

let admin: Caller;
let workspace: string;
let repository: string;
let image: string;

beforeAll(async () => {
  admin = await makeAdmin();
});

beforeEach(async () => {
  ({ workspace } = await makePlace());
  repository = `${workspace}/app`;
  image = `/workspaces/${workspace}/images/app`;
});

const tagOf = ({ digest }: { readonly digest: string }, suffix = '') =>
  `${digest.replace(':', '-').slice(0, 71)}${suffix}`;

/** Pushes a signature of it, as cosign does, and answers its tag. */
async function attach(subject: { readonly digest: string }, suffix = '.sig') {
  const tag = tagOf(subject, suffix);
  const { digest, descriptor, text } = await pushImage(repository, tag);
  return { tag, digest, descriptor, text };
}

async function tags(): Promise<string[]> {
  const response = await expectStatus(await send(ADMIN, 'GET', `/v2/${repository}/tags/list`), 200);
  return ((await response.json()) as { tags: string[] }).tags;
}

const versions = async (parameters = '?limit=2') =>
  (await readAll<{ tag: string }>(admin, `${image}/versions${parameters}`)).map(({ tag }) => tag);

const remove = async (reference: string) =>
  await expectStatus(await send(ADMIN, 'DELETE', `/v2/${repository}/manifests/${reference}`), 202);

interface Entry {
  readonly id: string;
  readonly tag: string | null;
}

const trash = async () =>
  await readAll<Entry>(admin, `/trash?scope=all&workspace=${workspace}&limit=50`);

async function restoreAll(): Promise<void> {
  for (const { id } of await trash()) {
    expectAnswer(await call(admin, 'POST', `/trash/${id}/restoration`, {}), 200);
  }
}

describe('what is attached to an image by a tag', () => {
  test('is in no list, count or search of versions, but clients list its tag', async () => {
    const v1 = await pushImage(repository, 'v1');
    const v2 = await pushImage(repository, 'z2');
    const names = [];
    for (const suffix of ['.sig', '.att', '.sbom', '.other']) {
      names.push((await attach(v1, suffix)).tag);
    }
    await pushIndex(repository, tagOf(v2), [v2.descriptor]);
    await attach({ digest: `sha512:${'ab'.repeat(64)}` });
    const prefixed = `team-${tagOf(v2, '.sig')}`;
    await pushImage(repository, prefixed);
    expect(await versions()).toEqual(['z2', 'v1']);
    expect(await versions('?sort=name&limit=1')).toEqual(['v1', 'z2']);
    expect(await versions('?sort=name&order=desc&limit=1')).toEqual(['z2', 'v1']);
    expect(await versions('?q=sha')).toEqual([]);
    expect(await tags()).toEqual(
      [...names, tagOf(v2), `sha512-${'ab'.repeat(32)}.sig`, prefixed, 'v1', 'z2'].sort(),
    );
    const found = expectAnswer(await call(admin, 'GET', image), 200);
    expect(found).toMatchObject({ versions: 2 });
    const [row] = await query('SELECT versions FROM workspaces WHERE name = ?', workspace);
    expect(row).toEqual({ versions: 2 });
    await expectCountsRight();
  });

  test('is a version where the tag names its own manifest, or no whole digest', async () => {
    const own = await pushImage(repository, null);
    await putManifest(repository, tagOf(own), own.text);
    await putManifest(repository, tagOf(own, '.imgpkg'), own.text);
    const others = ['sha256-abc', `sha256-${'a'.repeat(63)}`, `sha256-${'a'.repeat(64)}-arm64`];
    for (const tag of others) await putManifest(repository, tag, own.text);
    const all = [tagOf(own), tagOf(own, '.imgpkg'), ...others].sort();
    expect(await versions('?sort=name&limit=2')).toEqual(all);
    expect(await versions('?sort=name&order=desc&limit=2')).toEqual(all.reverse());
  });

  test('is a version no more when its tag comes to name an artifact of another image', async () => {
    const v1 = await pushImage(repository, 'v1');
    await pushImage(repository, 'sbom');
    expect(await versions()).toEqual(['sbom', 'v1']);
    const fields = { subject: v1.descriptor, artifactType: 'application/spdx+json' };
    await pushImage(repository, 'sbom', { fields });
    expect(await versions()).toEqual(['v1']);
    await pushImage(repository, 'derived', { fields: { subject: v1.descriptor } });
    expect(await versions()).toEqual(['derived', 'v1']);
    await expectCountsRight();
  });

  test('goes to the trash with the last tag of its subject, and comes back with it', async () => {
    const v1 = await pushImage(repository, 'v1');
    await putManifest(repository, 'latest', v1.text);
    const signature = await attach(v1);
    const countersignature = await attach(signature);
    const bystander = await pushImage(repository, 'other');
    const stays = await attach(bystander);
    await remove('v1');
    expect(await tags()).toEqual(
      [signature.tag, countersignature.tag, stays.tag, 'latest', 'other'].sort(),
    );
    await remove('latest');
    expect(await tags()).toEqual([stays.tag, 'other'].sort());
    expect((await trash()).map(({ tag }) => tag)).toEqual(['latest', 'v1']);
    await expectCountsRight();
    const [latest] = await trash();
    expectAnswer(
      await call(admin, 'POST', `/trash/${latest?.id}/restoration`, { name: 'new' }),
      200,
    );
    expect(await tags()).toEqual(
      [signature.tag, countersignature.tag, stays.tag, 'new', 'other'].sort(),
    );
    expect(await tagDigest(repository, signature.tag)).toBe(signature.digest);
    await expectCountsRight();
  });

  test.each(['all', 'digest'])(
    'to an index and its child goes with the index, deleted by %s, unless another has the child',
    async (by) => {
      const shared = await pushImage(repository, null);
      const alone = await pushImage(repository, null);
      const index = await pushIndex(repository, 'all', [shared.descriptor, alone.descriptor]);
      await pushIndex(repository, 'some', [shared.descriptor]);
      const [ofIndex, ofShared, ofAlone] = [
        await attach(index),
        await attach(shared),
        await attach(alone),
      ];
      await remove(by === 'all' ? by : index.digest);
      expect(await tags()).toEqual([ofShared.tag, 'some'].sort());
      await restoreAll();
      expect(await tags()).toEqual([ofIndex.tag, ofShared.tag, ofAlone.tag, 'all', 'some'].sort());
    },
  );

  test('comes back when its subject is pushed again, or a tag is set back on it', async () => {
    const v1 = await pushImage(repository, 'v1');
    const { tag } = await attach(v1);
    await remove('v1');
    await expectStatus(await putManifest(repository, 'again', v1.text), 201);
    expect(await tags()).toEqual([tag, 'again'].sort());
    await pushImage(repository, 'again');
    const moved = await pushImage(repository, 'again');
    await remove('again');
    expect(moved.digest).not.toBe(v1.digest);
    const back = { digest: v1.digest };
    expectAnswer(await call(admin, 'POST', `${image}/versions/again/restoration`, back), 200);
    expect(await tags()).toEqual([tag, 'again'].sort());
    await expectCountsRight();
  });

  test('that was written anew meanwhile stays as it is when the subject comes back', async () => {
    const v1 = await pushImage(repository, 'v1');
    await attach(v1);
    await remove('v1');
    const newer = await attach(v1);
    const id = await imageId(repository);
    await restoreAll();
    expect(await tagDigest(repository, newer.tag)).toBe(newer.digest);
    expect(await query('SELECT name FROM trashed_tags WHERE image_id = ?', id)).toEqual([]);
    await expectCountsRight();
  });

  test('is deleted and restored by itself, too', async () => {
    const v1 = await pushImage(repository, 'v1');
    const { tag } = await attach(v1);
    await remove(tag);
    expect((await trash()).map((entry) => entry.tag)).toEqual([tag]);
    await restoreAll();
    expect(await tags()).toEqual([tag, 'v1'].sort());
    expect(await versions()).toEqual(['v1']);
  });

  test('may come before its subject, and belongs to it from then on', async () => {
    const v1 = await pushImage(`${workspace}/elsewhere`, 'v1');
    const { tag } = await attach(v1);
    for (const { digest } of [v1.config, ...v1.layers]) {
      const path = `/v2/${repository}/blobs/uploads/?mount=${digest}&from=${workspace}/elsewhere`;
      await expectStatus(await send(ADMIN, 'POST', path), 201);
    }
    expect(await versions()).toEqual([]);
    await putManifest(repository, 'v1', v1.text);
    await remove('v1');
    expect(await tags()).not.toContain(tag);
  });

  test('to nothing that is there stays when other versions are deleted', async () => {
    const { tag } = await attach({ digest: `sha256:${'0'.repeat(64)}` });
    const second = await attach({ digest: tag.replace('-', ':') }, '.att');
    await pushImage(repository, 'v1');
    await remove('v1');
    expect(await tags()).toEqual([tag, second.tag].sort());
  });
});

describe('where every tag is immutable', () => {
  const rule = (...immutableTags: string[]) =>
    call(admin, 'PUT', `/workspaces/${workspace}/retention`, { immutableTags });

  test('a second signature, and the list of referrers, can be written; a version cannot', async () => {
    const v1 = await pushImage(repository, 'v1');
    const { tag } = await attach(v1);
    const list = await pushIndex(repository, tagOf(v1), []);
    expectAnswer(await rule('*'), 200);
    const second = await attach(v1);
    expect(await tagDigest(repository, tag)).toBe(second.digest);
    const longer = await pushIndex(repository, tagOf(v1), [v1.descriptor]);
    expect(await tagDigest(repository, tagOf(v1))).toBe(longer.digest);
    expect(longer.digest).not.toBe(list.digest);
    await remove(tag);
    await expectFault(await putManifest(repository, 'v1', second.text), 403, 'DENIED');
  });

  test.each([
    ['v*', 'v2-chart', 'application/vnd.cncf.helm.config.v1+json'],
    ['*', 'report', 'application/sarif+json'],
  ])(
    'rule %s holds the tag %s that a user gave to an artifact with a subject',
    async (pattern, name, artifactType) => {
      const subject = await pushImage(repository, 'base');
      const fields = { subject: subject.descriptor, artifactType };
      const { digest } = await pushImage(repository, name, { fields });
      const { tag: signature } = await attach({ digest });
      const other = await pushImage(repository, null);
      expectAnswer(await rule(pattern), 200);
      await expectFault(await putManifest(repository, name, other.text), 403, 'DENIED');
      for (const reference of [name, digest]) {
        const path = `/v2/${repository}/manifests/${reference}`;
        await expectFault(await send(ADMIN, 'DELETE', path), 403, 'DENIED');
      }
      expect((await call(admin, 'DELETE', image)).status).toBe(403);
      expect(await tagDigest(repository, name)).toBe(digest);
      await remove(signature);
    },
  );

  test('a rule that names an accessory holds it, when its subject is deleted, too', async () => {
    const v1 = await pushImage(repository, 'v1');
    const fields = { subject: v1.descriptor, artifactType: 'application/spdx+json' };
    await pushImage(repository, 'v1-sbom', { fields });
    const { tag } = await attach(v1);
    expectAnswer(await rule('v1-sbom'), 200);
    const other = await pushImage(repository, null);
    await expectFault(await putManifest(repository, 'v1-sbom', other.text), 403, 'DENIED');
    await remove('v1');
    expect(await tags()).toEqual(['v1-sbom']);
    expect(tag).toContain('sha256-');
  });
});

test('tags that were there are listed without those that attached something', async () => {
  const v1 = await pushImage(repository, 'v1');
  const { tag } = await attach(v1);
  await attach({ digest: `sha512:${'0'.repeat(128)}` });
  await pushImage(repository, 'a');
  await remove('a');
  const past = async (q: string) =>
    (await readAll<{ tag: string }>(admin, `${image}/history?limit=1&q=${q}`)).map(
      (one) => one.tag,
    );
  expect(await past('')).toEqual(['a', 'v1']);
  expect(await past('s')).toEqual([]);
  expect(await past('sha256-')).toEqual([tag]);
});

test('what is attached is named as what it is, by its content and not its tag', async () => {
  const v1 = await pushImage(repository, 'v1');
  const put = (tag: string, fields: Record<string, unknown>) =>
    pushImage(repository, tag, { fields });
  const bundle = 'application/vnd.dev.sigstore.bundle.v0.3+json';
  const annotations = { 'dev.sigstore.bundle.predicateType': 'https://slsa.dev/provenance/v1' };
  await put(tagOf(v1, '.sig'), { artifactType: 'application/vnd.dev.cosign.artifact.sig.v1+json' });
  await put(tagOf(v1, '.att'), { artifactType: 'application/spdx+json' });
  await put('bundle', { artifactType: bundle, annotations, subject: v1.descriptor });
  await pushIndex(repository, tagOf(v1), []);
  const kinds = (list: readonly { tag: string; kind: string }[]) =>
    Object.fromEntries(list.map(({ tag, kind }) => [tag, kind]));
  const told = {
    [tagOf(v1)]: 'index',
    [tagOf(v1, '.att')]: 'sbom',
    [tagOf(v1, '.sig')]: 'signature',
    bundle: 'attestation',
  };
  const view = expectAnswer(await call(admin, 'GET', `${image}/versions/v1`), 200) as {
    accessories: { tag: string; kind: string }[];
  };
  expect(kinds(view.accessories)).toEqual(told);
  expect(kinds(await readAll(admin, `${image}/accessories?limit=3`))).toEqual(told);
});

test('a version says what is attached to it', async () => {
  const v1 = await pushImage(repository, 'v1');
  const { tag, digest } = await attach(v1);
  const fields = { subject: v1.descriptor, artifactType: 'application/spdx+json' };
  const referrer = await pushImage(repository, null, { fields });
  const found = expectAnswer(await call(admin, 'GET', `${image}/versions/v1`), 200) as {
    accessories: unknown[];
    referrers: Descriptor[];
  };
  expect(found.accessories).toEqual([
    {
      tag,
      digest,
      artifactType: CONFIG_TYPE,
      kind: 'image',
      size: expect.any(Number),
      pushedAt: expect.any(String),
      pushedBy: 'admin',
    },
  ]);
  expect(found.referrers.map((one) => one.digest)).toEqual([referrer.digest]);
  const orphan = await attach({ digest: `sha256:${'0'.repeat(64)}` });
  const all = await readAll(admin, `${image}/accessories?limit=1`);
  expect(all).toMatchObject([
    { tag: orphan.tag, attachedTo: null },
    { tag, digest, subject: v1.digest, attachedTo: v1.digest },
  ]);
  expect(expectAnswer(await call(admin, 'GET', image), 200)).toMatchObject({ accessories: 2 });
});
