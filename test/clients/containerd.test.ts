import { expect, test } from 'vitest';
import { adminSession } from '../support/admin-session.ts';
import { describeAsRoot } from '../support/clients/as-root.ts';
import { ctrLayer as layer, useCtr } from '../support/clients/ctr-client.ts';
import { imageOf, indexOf } from '../support/clients/images.ts';
import { layerOfSize } from '../support/clients/layers.ts';
import { pushImage } from '../support/clients/push-image.ts';
import {
  blobStatus,
  digestsOf,
  manifestStatus,
  remoteContents,
} from '../support/clients/remote.ts';
import { throughProxy } from '../support/clients/setup.ts';
import { waitFor } from '../support/clients/wait.ts';
import type { Server } from '../support/server.ts';

const MIB = 1024 * 1024;

describeAsRoot('containerd', ['containerd', 'ctr'], () => {
  const held = useCtr();

  test('pushes, pulls and unpacks an image of twelve layers', async () => {
    const layers = Array.from({ length: 12 }, (_, i) => layer(`twelve-${i}`));
    await held.current.expectRoundTrip('library/ctr-twelve', imageOf(layers));
  });

  // A layer of nothing is left to other clients: ctr 1.6 itself panics on pushing one.
  test('pushes and fetches a layer of one byte', async () => {
    const ctr = held.current;
    const image = imageOf([layerOfSize('tar', 1, 'ctr-byte')]);
    const ref = await ctr.push(ctr.server.host, 'library/ctr-byte', image);
    const contents = await remoteContents(ctr.server, 'library/ctr-byte', 'v1');
    expect(contents).toEqual(digestsOf(image));
    await ctr.forget(ref, image);
    await ctr.run(['content', 'fetch', ...ctr.login(), ref]);
    expect(await ctr.stored(image)).toEqual(digestsOf(image));
  });

  test('pushes and pulls every platform of an index', async () => {
    const images = ['amd64', 'arm64', 's390x'].map((architecture) =>
      imageOf([layer(`index-${architecture}`)], { os: 'linux', architecture }),
    );
    await held.current.expectRoundTrip('library/ctr-index', indexOf(images));
  });

  test('pushes what it has pulled to another repository without sending the layers again', async () => {
    const ctr = held.current;
    const image = imageOf([layerOfSize('gzip', 2 * MIB, 'ctr-mount')]);
    await throughProxy(ctr.server, {}, async ({ host, uploads }) => {
      const first = await ctr.push(host, 'library/ctr-first', image);
      await ctr.forget(first, image);
      await ctr.run(['images', 'pull', ...ctr.login(), first]);
      const before = uploads().length;
      const second = `${host}/library/ctr-second:v1`;
      await ctr.run(['images', 'tag', first, second]);
      await ctr.run(['images', 'push', ...ctr.login(), second]);
      expect(uploads().slice(before)).toEqual([]);
    });
    const contents = await remoteContents(ctr.server, 'library/ctr-second', 'v1');
    expect(contents).toEqual(digestsOf(image));
  });

  test('pushes what it remembers from a name that this registry does not accept', async () => {
    const ctr = held.current;
    const image = imageOf([layer('remembered')]);
    const ref = await ctr.importImage(`${ctr.server.host}/library/ctr-remembered`, image);
    const host = new URL(ctr.server.origin).hostname;
    for (const { digest } of image.blobs) {
      const label = `containerd.io/distribution.source.${host}=alpine`;
      await ctr.run(['content', 'label', digest, label]);
    }
    await ctr.run(['images', 'push', ...ctr.login(), ref]);
    const contents = await remoteContents(ctr.server, 'library/ctr-remembered', 'v1');
    expect(contents).toEqual(digestsOf(image));
  });

  test('asks only HEAD for what it has: a use, and no pull', async () => {
    const ctr = held.current;
    const repository = 'library/ctr-again';
    await throughProxy(ctr.server, {}, async ({ host, exchanges }) => {
      const ref = await ctr.push(host, repository, imageOf([layer('again')]));
      expect(await useOf(ctr.server, repository)).toEqual({ pulls: 0, isUsed: false });
      const before = exchanges.length;
      for (let n = 0; n < 2; n++) await ctr.run(['images', 'pull', ...ctr.login(), ref]);
      const asked = exchanges.slice(before).filter(({ path }) => path.includes('/manifests/'));
      expect(asked.map(({ method, status }) => [method, status])).toContainEqual(['HEAD', 200]);
      expect(asked.filter(({ method }) => method !== 'HEAD')).toEqual([]);
    });
    await waitFor('the use', async () => (await useOf(ctr.server, repository)).isUsed);
    expect(await useOf(ctr.server, repository)).toEqual({ pulls: 0, isUsed: true });
  });

  // It shows no more. From 2.4 on it asks again with GET after 403, after no other status.
  test('hears 403 where it may not pull', async () => {
    const ctr = held.current;
    for (const repository of ['app', 'nowhere/app']) {
      const ref = `${ctr.server.host}/${repository}:v1`;
      const pull = ctr.run(['images', 'pull', ...ctr.login(), ref]);
      await expect(pull).rejects.toThrow('403 Forbidden');
    }
  });

  test('is refused with a wrong password, and leaves nothing behind', async () => {
    const ctr = held.current;
    const image = imageOf([layer('refused')]);
    const ref = await ctr.importImage(`${ctr.server.host}/library/ctr-refused`, image);
    const login = ctr.login({ username: 'admin', password: 'wrong' });
    await expect(ctr.run(['images', 'push', ...login, ref])).rejects.toThrow(/401 Unauthorized/);
    expect(await manifestStatus(ctr.server, 'library/ctr-refused', 'v1')).toBe(404);
    for (const { digest } of image.blobs) {
      expect(await blobStatus(ctr.server, 'library/ctr-refused', digest)).toBe(404);
    }
  });
});

/** What is known of the use of v1, which the counter is asked for: it would tell some time later. */
async function useOf(server: Server, repository: string) {
  const headers = await adminSession(server);
  const read = async <T>(path: string, method = 'GET'): Promise<T> => {
    const answer = await fetch(`${server.origin}/api/v1/workspaces/library/${path}`, {
      method,
      headers,
    });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as T;
  };
  const versions = `images/${encodeURIComponent(repository.slice('library/'.length))}/versions`;
  // A preview asks the counters of the images that a collection takes something from.
  await pushImage(server, repository, imageOf([layer('other')]), 'other');
  await read(`${versions}/other`, 'DELETE');
  await read('collection-preview?emptyTrash=true');
  const { pulls, lastUsedAt } = await read<{ pulls: number; lastUsedAt: string | null }>(
    `${versions}/v1`,
  );
  return { pulls, isUsed: lastUsedAt !== null };
}
