import { expect, test } from 'vitest';
import { letCredentialDelete } from '../support/admin-session.ts';
import { useCrane } from '../support/clients/crane-client.ts';
import { imageOf, indexOf } from '../support/clients/images.ts';
import { layerOf, layerOfSize } from '../support/clients/layers.ts';
import { writeLayout } from '../support/clients/oci-layout.ts';
import {
  blobStatus,
  digestsOf,
  manifestStatus,
  remoteContents,
} from '../support/clients/remote.ts';
import { attempt, run } from '../support/clients/run.ts';
import { throughProxy } from '../support/clients/setup.ts';
import { describeWithTools, toolPath } from '../support/tools.ts';

describeWithTools('crane', ['crane'], () => {
  const held = useCrane();

  test('pushes and pulls an image for two platforms', async () => {
    const arm = imageOf([layer('arm')], { os: 'linux', architecture: 'arm64' });
    const index = indexOf([imageOf([layer('amd')]), arm]);
    await held.current.expectRoundTrip('library/crane-index', index);
  });

  test('copies an image to another repository without sending its layers again', async () => {
    const crane = held.current;
    const image = imageOf([layerOfSize('gzip', 3_000_000, 'crane-mount')]);
    await crane.push('library/crane-first', 'v1', image);
    await throughProxy(crane.server, {}, async (proxy) => {
      await crane.login(proxy.host);
      const names = ['first', 'second'].map((name) => `${proxy.host}/library/crane-${name}:v1`);
      await crane.run(['copy', ...names]);
      expect(proxy.uploads()).toEqual([]);
      const mounts = proxy.exchanges.filter(({ path }) => path.includes('mount='));
      expect(mounts.map(({ status }) => status)).toEqual([201, 201]);
    });
    const contents = await remoteContents(crane.server, 'library/crane-second', 'v1');
    expect(contents).toEqual(digestsOf(image));
  });

  test('deletes one tag and leaves the other tag of the same image', async () => {
    const crane = held.current;
    await letCredentialDelete(crane.server);
    const repository = 'library/crane-untag';
    const image = imageOf([layer('untag')]);
    await crane.push(repository, 'kept', image);
    await crane.push(repository, 'dropped', image);
    expect(await crane.tags(repository)).toEqual(['dropped', 'kept']);
    await crane.run(['delete', `${crane.server.host}/${repository}:dropped`]);
    expect(await crane.tags(repository)).toEqual(['kept']);
    expect(await manifestStatus(crane.server, repository, 'dropped')).toBe(404);
    expect(await remoteContents(crane.server, repository, 'kept')).toEqual(digestsOf(image));
  });

  test('deletes an image by digest, and every tag of it is gone', async () => {
    const crane = held.current;
    await letCredentialDelete(crane.server);
    const repository = 'library/crane-delete';
    const { manifest } = await crane.push(repository, 'a', imageOf([layer('delete')]));
    await crane.run(['tag', `${crane.server.host}/${repository}:a`, 'b']);
    await crane.run(['delete', `${crane.server.host}/${repository}@${manifest.digest}`]);
    for (const reference of ['a', 'b', manifest.digest]) {
      expect(await manifestStatus(crane.server, repository, reference)).toBe(404);
    }
    const pull = ['pull', `${crane.server.host}/${repository}:a`, crane.path('gone')];
    const outcome = await crane.attempt(pull);
    expect(outcome.code).not.toBe(0);
    expect(outcome.stderr).toContain('MANIFEST_UNKNOWN');
  });

  test('is refused with a wrong password, and leaves nothing behind', async () => {
    const { server } = held.current;
    const image = imageOf([layer('refused')]);
    const dir = await writeLayout(held.current.path('refused'), { v1: image });
    const env = { HOME: held.current.path('stranger') };
    const target = `${server.host}/library/crane-refused:v1`;
    const login = ['auth', 'login', server.host, '-u', 'admin', '-p', 'wrong'];
    await run(toolPath('crane'), login, { env });
    const outcome = await attempt(toolPath('crane'), ['push', dir, target], { env });
    expect(outcome.code).not.toBe(0);
    expect(outcome.stderr).toMatch(/unauthorized/i);
    expect(await manifestStatus(server, 'library/crane-refused', 'v1')).toBe(404);
    for (const { digest } of image.blobs) {
      expect(await blobStatus(server, 'library/crane-refused', digest)).toBe(404);
    }
  });
});

function layer(name: string) {
  return layerOf('gzip', [{ name: 'name.txt', bytes: Buffer.from(`crane-${name}`) }]);
}
