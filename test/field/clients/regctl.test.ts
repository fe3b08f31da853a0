import { expect, test } from 'vitest';
import { EDGE_SIZES, randomBytes } from '../../support/clients/bytes.ts';
import { artifactOf, imageOf } from '../../support/clients/images.ts';
import { blobOf, layerOfSize, type Packing } from '../../support/clients/layers.ts';
import { regctlLayer as layer, useRegctl } from '../../support/clients/regctl-client.ts';
import { describeWithTools } from '../../support/tools.ts';

describeWithTools('regctl', ['regctl'], () => {
  const held = useRegctl();

  test.each([5, 8])('pushes layers of every edge size in chunks of %i MiB', async (mib) => {
    const repository = `library/regctl-chunks-${mib}`;
    const layers = EDGE_SIZES.map((size) => layerOfSize('gzip', size, `regctl-${mib}-${size}`));
    const image = imageOf(layers);
    const largest = EDGE_SIZES[EDGE_SIZES.length - 1] as number;
    const chunks = await held.current.pushInChunks(repository, image, mib, largest);
    expect(chunks.length).toBeGreaterThan(1);
    await held.current.expectEverywhere(repository, image);
  });

  test('pushes layers of every edge size in one request each, of every packing', async () => {
    const regctl = held.current;
    await regctl.login(regctl.server.host, ['--blob-max', '-1']);
    const packings: Packing[] = ['tar', 'gzip', 'zstd'];
    const layers = EDGE_SIZES.map((size, i) =>
      layerOfSize(packings[i % 3] as Packing, size, `regctl-whole-${size}`),
    );
    await regctl.expectRoundTrip('library/regctl-whole', imageOf(layers));
  });

  test.each(EDGE_SIZES)('pushes and pulls an artifact with a config of %i bytes', async (size) => {
    const regctl = held.current;
    await regctl.login(regctl.server.host, []);
    const bytes = randomBytes(size, `regctl-config-${size}`);
    const config = blobOf('application/vnd.example.config', bytes);
    const artifact = artifactOf(config, [layer('config')]);
    await regctl.expectRoundTrip(`library/regctl-config-${size}`, artifact);
  });
});
