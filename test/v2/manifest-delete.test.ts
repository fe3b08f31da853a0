import { describe, expect, test } from 'vitest';
import { indexText, TYPES, unique } from '../support/worker/content.ts';
import { imageId, query } from '../support/worker/database.ts';
import { pushImage, pushIndex, putManifest, tagDigest } from '../support/worker/push.ts';
import { ADMIN, expectFault, expectStatus, send } from '../support/worker/registry-client.ts';

const fresh = () => `library/${unique('deleted')}`;

const remove = (repository: string, reference: string) =>
  send(ADMIN, 'DELETE', `/v2/${repository}/manifests/${reference}`);

const get = (repository: string, reference: string) =>
  send(ADMIN, 'GET', `/v2/${repository}/manifests/${reference}`);

async function listTags(repository: string): Promise<string[]> {
  const response = await expectStatus(await send(ADMIN, 'GET', `/v2/${repository}/tags/list`), 200);
  return ((await response.json()) as { tags: string[] }).tags;
}

describe('deleting by tag', () => {
  test('deletes the tag and leaves the manifest and its other tags', async () => {
    const repository = fresh();
    const image = await pushImage(repository, 'v1');
    await putManifest(repository, 'v2', image.text);
    await expectStatus(await remove(repository, 'v1'), 202);
    await expectFault(await get(repository, 'v1'), 404, 'MANIFEST_UNKNOWN');
    expect(await tagDigest(repository, 'v2')).toBe(image.digest);
    await expectStatus(await get(repository, image.digest), 200);
    expect(await listTags(repository)).toEqual(['v2']);
  });

  test('of the last one leaves an empty list', async () => {
    const repository = fresh();
    await pushImage(repository, 'v1');
    await expectStatus(await remove(repository, 'v1'), 202);
    expect(await listTags(repository)).toEqual([]);
  });

  test('works for a tag of a manifest that an index lists', async () => {
    const repository = fresh();
    const image = await pushImage(repository, 'child');
    await pushIndex(repository, 'all', [image.descriptor]);
    await expectStatus(await remove(repository, 'child'), 202);
    await expectStatus(await get(repository, image.digest), 200);
  });
});

describe('deleting by digest', () => {
  test('deletes the manifest and all its tags, and nothing else', async () => {
    const repository = fresh();
    const image = await pushImage(repository, 'v1');
    await putManifest(repository, 'v2', image.text);
    const other = await pushImage(repository, 'other');
    await expectStatus(await remove(repository, image.digest), 202);
    for (const reference of ['v1', 'v2', image.digest]) {
      await expectFault(await get(repository, reference), 404, 'MANIFEST_UNKNOWN');
      await expectStatus(
        await send(ADMIN, 'HEAD', `/v2/${repository}/manifests/${reference}`),
        404,
      );
    }
    expect(await listTags(repository)).toEqual(['other']);
    expect(await tagDigest(repository, 'other')).toBe(other.digest);
  });

  test('moves the tags to the trash, so that they can be restored', async () => {
    const repository = fresh();
    const image = await pushImage(repository, 'v1');
    await putManifest(repository, 'v2', image.text);
    await expectStatus(await remove(repository, image.digest), 202);
    const rows = await query(
      `SELECT t.name, m.digest, t.deleted_by AS who
        FROM trashed_tags AS t JOIN manifests AS m ON m.id = t.manifest_id
        WHERE t.image_id = ? ORDER BY name`,
      await imageId(repository),
    );
    expect(rows).toEqual([
      { name: 'v1', digest: image.digest, who: 'admin' },
      { name: 'v2', digest: image.digest, who: 'admin' },
    ]);
  });

  test('of a child is refused while an index lists it, and says which', async () => {
    const repository = fresh();
    const image = await pushImage(repository, 'child');
    const index = await pushIndex(repository, 'all', [image.descriptor]);
    const [fault] = await expectFault(await remove(repository, image.digest), 409, 'DENIED');
    expect(fault?.message).toContain(index.digest);
    expect(await tagDigest(repository, 'child')).toBe(image.digest);
    await expectStatus(await remove(repository, index.digest), 202);
    await expectStatus(await remove(repository, image.digest), 202);
  });

  test('of an inner index is refused while the outer one lists it', async () => {
    const repository = fresh();
    const inner = await pushIndex(repository, null, []);
    await pushIndex(repository, 'all', [inner]);
    await expectFault(await remove(repository, inner.digest), 409, 'DENIED');
  });

  describe('of a child of an index that no tag reaches', () => {
    const setUp = async () => {
      const repository = fresh();
      const child = await pushImage(repository, null);
      const other = await pushImage(repository, null);
      const index = await pushIndex(repository, 'all', [child.descriptor, other.descriptor]);
      return { repository, child, other, index };
    };
    type SetUp = Awaited<ReturnType<typeof setUp>>;

    test.each<[string, (given: SetUp) => Promise<unknown>]>([
      [
        'whose tag moved on',
        ({ repository, other }) => pushIndex(repository, 'all', [other.descriptor]),
      ],
      ['whose tag was deleted', ({ repository }) => remove(repository, 'all')],
      ['that is in the trash', ({ repository, index }) => remove(repository, index.digest)],
      [
        'that another such index lists',
        async ({ repository, other, index }) => {
          await pushIndex(repository, 'all', [index]);
          await pushIndex(repository, 'all', [other.descriptor]);
        },
      ],
      [
        'that is attached to a manifest without a tag',
        async ({ repository, other, child }) => {
          const subject = await pushImage(repository, null);
          await pushIndex(repository, 'all', [other.descriptor]);
          await pushIndex(repository, null, [child.descriptor], { subject: subject.descriptor });
        },
      ],
    ])('%s, succeeds', async (_, bury) => {
      const given = await setUp();
      await bury(given);
      await expectStatus(await remove(given.repository, given.child.digest), 202);
    });

    test.each<[string, (given: SetUp) => Promise<unknown>]>([
      [
        'while another index with a tag lists that one',
        async ({ repository, index, other }) => {
          await pushIndex(repository, 'outer', [index]);
          await pushIndex(repository, 'all', [other.descriptor]);
        },
      ],
      [
        'while it is attached to an image with a tag',
        async ({ repository, other, child }) => {
          const subject = await pushImage(repository, 'v1');
          await pushIndex(repository, 'all', [other.descriptor]);
          await pushIndex(repository, null, [child.descriptor], { subject: subject.descriptor });
        },
      ],
    ])('%s, is refused', async (_, keep) => {
      const given = await setUp();
      await keep(given);
      await expectFault(await remove(given.repository, given.child.digest), 409, 'DENIED');
    });

    test('comes back with the index, when a tag reaches that again', async () => {
      const { repository, child, other, index } = await setUp();
      await pushIndex(repository, 'all', [other.descriptor]);
      const outer = await pushIndex(repository, null, [index]);
      for (const { digest } of child.layers) {
        await send(ADMIN, 'DELETE', `/v2/${repository}/blobs/${digest}`);
      }
      await expectStatus(await remove(repository, child.digest), 202);
      const headers = { 'content-type': TYPES.index };
      await expectStatus(await putManifest(repository, 'outer', outer.text, headers), 201);
      await expectStatus(await get(repository, child.digest), 200);
      for (const { digest } of child.layers) {
        await expectStatus(await send(ADMIN, 'HEAD', `/v2/${repository}/blobs/${digest}`), 200);
      }
    });
  });

  test('of a subject leaves what refers to it', async () => {
    const repository = fresh();
    const image = await pushImage(repository, 'v1');
    const { digest } = await pushImage(repository, null, { fields: { subject: image.descriptor } });
    await expectStatus(await remove(repository, image.digest), 202);
    await expectStatus(await get(repository, digest), 200);
    const list = await send(ADMIN, 'GET', `/v2/${repository}/referrers/${image.digest}`);
    const { manifests } = (await list.json()) as { manifests: { digest: string }[] };
    expect(manifests.map((entry) => entry.digest)).toEqual([digest]);
  });

  test('leaves the same manifest in another repository', async () => {
    const [repository, other] = [fresh(), fresh()];
    const image = await pushImage(repository, 'v1');
    for (const { digest } of [image.config, ...image.layers]) {
      const path = `/v2/${other}/blobs/uploads/?mount=${digest}&from=${repository}`;
      await expectStatus(await send(ADMIN, 'POST', path), 201);
    }
    await expectStatus(await putManifest(other, 'v1', image.text), 201);
    await expectStatus(await remove(repository, image.digest), 202);
    expect(await tagDigest(other, 'v1')).toBe(image.digest);
  });
});

describe('after a deletion', () => {
  test.each(['v1', 'digest'])('deleting again by %s is MANIFEST_UNKNOWN', async (kind) => {
    const repository = fresh();
    const image = await pushImage(repository, 'v1');
    const reference = kind === 'digest' ? image.digest : kind;
    await expectStatus(await remove(repository, reference), 202);
    await expectFault(await remove(repository, reference), 404, 'MANIFEST_UNKNOWN');
  });

  test('a push of the same manifest brings it back, with the tag of that push only', async () => {
    const repository = fresh();
    const image = await pushImage(repository, 'v1');
    await expectStatus(await remove(repository, image.digest), 202);
    await expectStatus(await putManifest(repository, 'v2', image.text), 201);
    expect(await listTags(repository)).toEqual(['v2']);
    expect(await (await get(repository, image.digest)).text()).toBe(image.text);
  });

  test('an index cannot name a manifest that is in the trash', async () => {
    const repository = fresh();
    const image = await pushImage(repository, 'v1');
    await expectStatus(await remove(repository, image.digest), 202);
    const text = indexText([image.descriptor]);
    const response = await putManifest(repository, 'all', text, { 'content-type': TYPES.index });
    const faults = await expectFault(response, 404, 'MANIFEST_BLOB_UNKNOWN');
    expect(faults.map((fault) => fault.detail)).toEqual([{ digest: image.digest }]);
  });

  test('an index in the trash comes back whole, or says what is missing', async () => {
    const repository = fresh();
    const image = await pushImage(repository, null);
    const index = await pushIndex(repository, 'all', [image.descriptor]);
    await expectStatus(await remove(repository, index.digest), 202);
    await expectStatus(await remove(repository, image.digest), 202);
    const again = () =>
      putManifest(repository, 'all', index.text, { 'content-type': index.mediaType });
    await expectFault(await again(), 404, 'MANIFEST_BLOB_UNKNOWN');
    await expectStatus(await putManifest(repository, image.digest, image.text), 201);
    await expectStatus(await again(), 201);
    expect(await tagDigest(repository, 'all')).toBe(index.digest);
  });
});

test('deleting where nothing was ever pushed is MANIFEST_UNKNOWN', async () => {
  await expectFault(await remove('library/never-pushed', 'v1'), 404, 'MANIFEST_UNKNOWN');
});
