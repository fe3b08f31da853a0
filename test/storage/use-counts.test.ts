import { afterEach, describe, expect, test } from 'vitest';
import {
  CONFIG_TYPE,
  describeBytes,
  freshBytes,
  imageText,
  sha256,
  unique,
} from '../support/worker/content.ts';
import { imageId, query } from '../support/worker/database.ts';
import {
  type PushedImage,
  pushBlob,
  pushImage,
  pushIndex,
  putManifest,
} from '../support/worker/push.ts';
import { ADMIN, expectStatus, send } from '../support/worker/registry-client.ts';
import { expectCountsRight } from './counts.ts';

const fresh = () => `library/${unique('counted')}`;
const remove = (repository: string, rest: string) =>
  send(ADMIN, 'DELETE', `/v2/${repository}${rest}`);

afterEach(() => expectCountsRight());

describe('uses are counted right after', () => {
  test('a blob that no manifest names', async () => {
    const repository = fresh();
    const digest = await pushBlob(repository);
    await expectCountsRight();
    await expectStatus(await remove(repository, `/blobs/${digest}`), 202);
  });

  test('the same image pushed twice', async () => {
    const repository = fresh();
    const image = await pushImage(repository, 'v1');
    await putManifest(repository, 'v1', image.text);
    await putManifest(repository, image.digest, image.text);
  });

  test('a tag that moves there and back', async () => {
    const repository = fresh();
    const one = await pushImage(repository, 'v1');
    const two = await pushImage(repository, 'v1');
    await expectCountsRight();
    await putManifest(repository, 'v1', one.text);
    await putManifest(repository, 'v1', two.text);
  });

  test('a layer named twice in one manifest, and by two manifests', async () => {
    const repository = fresh();
    const bytes = freshBytes();
    await pushImage(repository, 'v1', { layers: [bytes, bytes] });
    await pushImage(repository, 'v2', { layers: [bytes] });
    await pushImage(fresh(), 'v1', { layers: [bytes] });
  });

  test('a tag deleted, and emptied from the trash', async () => {
    const repository = fresh();
    await pushImage(repository, 'v1');
    await expectStatus(await remove(repository, '/manifests/v1'), 202);
    await expectCountsRight();
    await query('DELETE FROM trashed_tags WHERE image_id = ?', await imageId(repository));
  });

  test('a manifest deleted, pushed again, and deleted again', async () => {
    const repository = fresh();
    const image = await pushImage(repository, 'v1');
    for (const tag of ['v1', 'v2']) {
      await expectStatus(await remove(repository, `/manifests/${image.digest}`), 202);
      await expectCountsRight();
      await expectStatus(await putManifest(repository, tag, image.text), 201);
      await expectCountsRight();
    }
  });

  test('an index of an index, deleted from the top', async () => {
    const repository = fresh();
    const image = await pushImage(repository, null);
    const inner = await pushIndex(repository, null, [image.descriptor, image.descriptor]);
    const outer = await pushIndex(repository, 'all', [inner, image.descriptor]);
    await expectCountsRight();
    for (const { digest } of [outer, inner, image]) {
      await expectStatus(await remove(repository, `/manifests/${digest}`), 202);
      await expectCountsRight();
    }
  });

  test('a referrer before its subject, and after; and either gone from the database', async () => {
    const repository = fresh();
    const image = await pushImage(repository, null);
    const laterText = imageText(image.config, [], { later: 1 });
    const subject = describeBytes(laterText, image.descriptor.mediaType);
    await pushImage(repository, null, { fields: { subject } });
    await pushImage(repository, null, { fields: { subject } });
    await expectCountsRight();
    await putManifest(repository, 'later', laterText);
    await expectCountsRight();
    const after = await pushImage(repository, null, { fields: { subject } });
    await expectCountsRight();
    await query('DELETE FROM manifests WHERE digest = ?', after.digest);
    await expectCountsRight();
    await query(
      'DELETE FROM tags WHERE manifest_id = (SELECT id FROM manifests WHERE digest = ?)',
      subject.digest,
    );
    await query('DELETE FROM manifests WHERE digest = ?', subject.digest);
  });

  test('a foreign layer that is there, and one that is not', async () => {
    const repository = fresh();
    const config = freshBytes();
    const there = freshBytes();
    await pushBlob(repository, config);
    await pushBlob(repository, there);
    const type = 'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip';
    const layers = [there, freshBytes()].map((bytes) => ({
      ...describeBytes(bytes, type),
      urls: ['https://elsewhere.example/layer'],
    }));
    const text = imageText(describeBytes(config, CONFIG_TYPE), layers);
    await expectStatus(await putManifest(repository, 'v1', text), 201);
  });

  test('a refused push', async () => {
    const repository = fresh();
    const image = await pushImage(repository, 'v1');
    const absent = describeBytes(freshBytes());
    const text = imageText(image.config, [...image.layers, absent]);
    await expectStatus(await putManifest(repository, 'v1', text), 404);
    await expectStatus(
      await putManifest(repository, 'v1', imageText(image.config, []), { 'if-none-match': '*' }),
      412,
    );
  });
});

/** Numbers that look random and are the same in every run. */
function makeDice(seed: number): (sides: number) => number {
  let state = seed;
  return (sides) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * sides);
  };
}

test.each([1, 2, 3])('uses are counted right through a mix of everything (%i)', async (seed) => {
  const roll = makeDice(seed);
  const repositories = [fresh(), fresh()];
  const layers = Array.from({ length: 6 }, () => freshBytes());
  const pushed: PushedImage[] = [];
  const pick = <T>(list: readonly T[]): T => list[roll(list.length)] as T;
  const tag = () => `t${roll(4)}`;
  const fromAny = () => pick(repositories);
  const steps: (() => Promise<unknown>)[] = [
    async () =>
      pushed.push(await pushImage(fromAny(), tag(), { layers: [pick(layers), pick(layers)] })),
    async () => {
      const fields = pushed.length > 0 ? { subject: pick(pushed).descriptor } : {};
      pushed.push(await pushImage(fromAny(), null, { fields, layers: [pick(layers)] }));
    },
    async () => pushed[0] && putManifest(fromAny(), tag(), pick(pushed).text),
    async () => {
      const repository = fromAny();
      const image = await pushImage(repository, null, { layers: [pick(layers)] });
      await pushIndex(repository, tag(), [image.descriptor]);
      pushed.push(image);
    },
    async () => remove(fromAny(), `/manifests/${tag()}`),
    async () => pushed[0] && remove(fromAny(), `/manifests/${pick(pushed).digest}`),
    async () => remove(fromAny(), `/blobs/${sha256(pick(layers))}`),
    async () => {
      const parameters = `?mount=${sha256(pick(layers))}&from=${fromAny()}`;
      return await send(ADMIN, 'POST', `/v2/${fromAny()}/blobs/uploads/${parameters}`);
    },
  ];
  for (let i = 0; i < 60; i++) {
    const answer = await pick(steps)();
    if (answer instanceof Response) expect(answer.status).toBeLessThan(500);
    if (i % 10 === 9) await expectCountsRight();
  }
});
