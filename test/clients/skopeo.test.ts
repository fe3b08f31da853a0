import { expect, test } from 'vitest';
import { letCredentialDelete } from '../support/admin-session.ts';
import { imageOf, indexOf } from '../support/clients/images.ts';
import { layerOf, layerOfSize, type Packing } from '../support/clients/layers.ts';
import { isUpload } from '../support/clients/proxy.ts';
import {
  blobStatus,
  digestsOf,
  manifestStatus,
  remoteContents,
} from '../support/clients/remote.ts';
import { throughProxy } from '../support/clients/setup.ts';
import { pushArguments, useSkopeo } from '../support/clients/skopeo-client.ts';
import { describeWithTools } from '../support/tools.ts';

const MIB = 1024 * 1024;

describeWithTools('skopeo', ['skopeo'], () => {
  const held = useSkopeo();

  test('pushes and pulls an image of twelve layers, packed in three ways', async () => {
    const packings: Packing[] = ['tar', 'gzip', 'zstd'];
    const layers = Array.from({ length: 12 }, (_, i) =>
      layerOf(packings[i % 3] as Packing, [{ name: `${i}`, bytes: Buffer.from(`skopeo ${i}`) }]),
    );
    await held.current.expectRoundTrip('library/skopeo-twelve', imageOf(layers));
  });

  test('pushes and pulls every platform of an index', async () => {
    const images = ['amd64', 'arm64', 's390x'].map((architecture) =>
      imageOf([layer('base'), layer(architecture)], { os: 'linux', architecture }),
    );
    await held.current.expectRoundTrip('library/skopeo-index', indexOf(images));
  });

  test('pushes in the Docker format, and pulls the digest that inspect shows', async () => {
    const skopeo = held.current;
    const dir = await skopeo.layout('library/skopeo-docker', imageOf([layer('docker')]));
    const target = skopeo.address('skopeo-docker');
    await skopeo.login(skopeo.server.host);
    const format = ['--dest-tls-verify=false', '--format', 'v2s2'];
    await skopeo.run(['copy', ...format, `oci:${dir}:v1`, target]);
    const [digest] = await remoteContents(skopeo.server, 'library/skopeo-docker', 'v1');
    const shown = JSON.parse(await skopeo.run(['inspect', '--tls-verify=false', target]));
    expect(shown.Digest).toBe(digest);
    const raw = JSON.parse(await skopeo.run(['inspect', '--raw', '--tls-verify=false', target]));
    expect(raw.mediaType).toBe('application/vnd.docker.distribution.manifest.v2+json');
  });

  test('copies an image to another repository without sending its layers again', async () => {
    const skopeo = held.current;
    const image = imageOf([layerOfSize('gzip', 2 * MIB, 'skopeo-mount'), layer('mount')]);
    await throughProxy(skopeo.server, {}, async ({ host, exchanges }) => {
      await skopeo.push(host, 'library/skopeo-first', image);
      const before = exchanges.length;
      const verify = ['--src-tls-verify=false', '--dest-tls-verify=false'];
      const [first, second] = ['skopeo-first', 'skopeo-second'].map((name) =>
        skopeo.address(name, host),
      ) as [string, string];
      await skopeo.run(['copy', '--preserve-digests', ...verify, first, second]);
      const sizes = exchanges
        .slice(before)
        .filter(isUpload)
        .map(({ sent }) => sent);
      expect(sizes.filter((size) => size >= 2 * MIB)).toEqual([]);
    });
    const contents = await remoteContents(skopeo.server, 'library/skopeo-second', 'v1');
    expect(contents).toEqual(digestsOf(image));
  });

  test('lists tags, and deletes an image with all of its tags', async () => {
    const skopeo = held.current;
    await letCredentialDelete(skopeo.server);
    const repository = 'library/skopeo-delete';
    const image = imageOf([layer('delete')]);
    await skopeo.push(skopeo.server.host, repository, image);
    const untagged = `docker://${skopeo.server.host}/${repository}`;
    const listed = await skopeo.run(['list-tags', '--tls-verify=false', untagged]);
    expect(JSON.parse(listed).Tags).toEqual(['v1']);
    await skopeo.run(['delete', '--tls-verify=false', skopeo.address('skopeo-delete')]);
    expect(await manifestStatus(skopeo.server, repository, 'v1')).toBe(404);
    expect(await manifestStatus(skopeo.server, repository, image.manifest.digest)).toBe(404);
  });

  test('is refused with a wrong password, and leaves nothing behind', async () => {
    const skopeo = held.current;
    const image = imageOf([layer('refused')]);
    const dir = await skopeo.layout('library/skopeo-refused', image);
    const wrong = { username: 'admin', password: 'wrong' };
    await expect(skopeo.login(skopeo.server.host, wrong)).rejects.toThrow(/invalid username/);
    const push = pushArguments(dir, skopeo.address('skopeo-refused'));
    const refused = skopeo.run([...push, '--dest-creds', 'admin:wrong']);
    await expect(refused).rejects.toThrow(/invalid username|unauthorized/);
    expect(await manifestStatus(skopeo.server, 'library/skopeo-refused', 'v1')).toBe(404);
    for (const { digest } of image.blobs) {
      expect(await blobStatus(skopeo.server, 'library/skopeo-refused', digest)).toBe(404);
    }
  });
});

function layer(name: string) {
  return layerOf('gzip', [{ name: 'name.txt', bytes: Buffer.from(`skopeo-${name}`) }]);
}
