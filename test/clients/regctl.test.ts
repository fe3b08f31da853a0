import { expect, test } from 'vitest';
import { letCredentialDelete } from '../support/admin-session.ts';
import { PART, randomBytes } from '../support/clients/bytes.ts';
import { artifactOf, imageOf, indexOf } from '../support/clients/images.ts';
import { blobOf, layerOfSize } from '../support/clients/layers.ts';
import { layoutContents, writeLayout } from '../support/clients/oci-layout.ts';
import { regctlLayer as layer, useRegctl } from '../support/clients/regctl-client.ts';
import {
  blobStatus,
  digestsOf,
  manifestStatus,
  remoteContents,
} from '../support/clients/remote.ts';
import { describeWithTools } from '../support/tools.ts';

const MIB = 1024 * 1024;

describeWithTools('regctl', ['regctl'], () => {
  const held = useRegctl();

  test('pushes a layer in chunks of 5 MiB, and pulls it', async () => {
    const regctl = held.current;
    const image = imageOf([layerOfSize('gzip', PART + 1, 'regctl-chunked')]);
    const chunks = await regctl.pushInChunks('library/regctl-chunked', image, 5, PART + 1);
    expect(chunks.length).toBeGreaterThan(1);
    await regctl.expectEverywhere('library/regctl-chunked', image);
  });

  test('pushes and pulls an index of four platforms', async () => {
    const regctl = held.current;
    await regctl.login(regctl.server.host, []);
    const images = ['amd64', 'arm64', 'riscv64', 's390x'].map((architecture) =>
      imageOf([layer('shared'), layer(architecture)], { os: 'linux', architecture }),
    );
    await regctl.expectRoundTrip('library/regctl-index', indexOf(images));
  });

  test('pushes and pulls an image whose digests are all sha512', async () => {
    const regctl = held.current;
    await regctl.login(regctl.server.host, []);
    const config = blobOf('application/vnd.example.config', Buffer.from('{}'), 'sha512');
    const layers = [10, 7 * MIB].map((size) =>
      blobOf('application/vnd.example.data', randomBytes(size, `regctl-512-${size}`), 'sha512'),
    );
    const image = artifactOf(config, layers, 'sha512');
    const ref = `@${image.manifest.digest}`;
    const dir = await writeLayout(regctl.path('pushed-512'), { v1: image });
    const repository = 'library/regctl-sha512';
    const remote = `${regctl.server.host}/${repository}${ref}`;
    await regctl.copy(`ocidir://${dir}${ref}`, remote);
    const contents = await remoteContents(regctl.server, repository, image.manifest.digest);
    expect(contents).toEqual(digestsOf(image));
    const pulled = regctl.path('pulled-512');
    await regctl.copy(remote, `ocidir://${pulled}${ref}`);
    expect(await layoutContents(pulled, image)).toEqual(digestsOf(image));
  });

  test('deletes a tag, then the image by digest', async () => {
    const regctl = held.current;
    const { server } = regctl;
    await regctl.login(server.host, []);
    await letCredentialDelete(server);
    const repository = 'library/regctl-delete';
    const image = imageOf([layer('delete')]);
    const { digest } = image.manifest;
    await regctl.push(server.host, repository, image);
    await regctl.run(['tag', 'delete', `${server.host}/${repository}:v1`]);
    expect(await manifestStatus(server, repository, 'v1')).toBe(404);
    expect(await manifestStatus(server, repository, digest)).toBe(200);
    await regctl.run(['manifest', 'delete', `${server.host}/${repository}@${digest}`]);
    expect(await manifestStatus(server, repository, digest)).toBe(404);
  });

  test('is refused with a wrong password, and leaves nothing behind', async () => {
    const regctl = held.current;
    const { server } = regctl;
    const repository = 'library/regctl-refused';
    const image = imageOf([layer('refused')]);
    const wrong = { username: 'admin', password: 'wrong' };
    await expect(regctl.login(server.host, [], wrong)).rejects.toThrow(/unauthorized/);
    await expect(regctl.push(server.host, repository, image)).rejects.toThrow(/unauthorized/);
    expect(await manifestStatus(server, repository, 'v1')).toBe(404);
    for (const { digest } of image.blobs) {
      expect(await blobStatus(server, repository, digest)).toBe(404);
    }
  });
});
