import { expect, test } from 'vitest';
import { EDGE_SIZES } from '../../support/clients/bytes.ts';
import { imageOf } from '../../support/clients/images.ts';
import { killInTheMiddle } from '../../support/clients/interrupt.ts';
import { layerOfSize } from '../../support/clients/layers.ts';
import { blobStatus, manifestStatus } from '../../support/clients/remote.ts';
import { useSkopeo } from '../../support/clients/skopeo-client.ts';
import { describeWithTools } from '../../support/tools.ts';

const MIB = 1024 * 1024;

describeWithTools('skopeo', ['skopeo'], () => {
  const held = useSkopeo();

  test('pushes and pulls layers of every edge size', async () => {
    const layers = EDGE_SIZES.map((size) => layerOfSize('zstd', size, `skopeo-${size}`));
    await held.current.expectRoundTrip('library/skopeo-sizes', imageOf(layers));
  });

  test('pushes again after it was killed in the middle of a layer', async () => {
    const skopeo = held.current;
    const repository = 'library/skopeo-killed';
    const image = imageOf([layerOfSize('gzip', 20 * MIB, 'skopeo-killed')]);
    const dir = await skopeo.layout(repository, image);
    await killInTheMiddle(skopeo.server, { way: 'sent', bytes: 9 * MIB }, async (host) => {
      await skopeo.login(host);
      return skopeo.start(dir, skopeo.address('skopeo-killed', host));
    });
    for (const { digest } of image.blobs) {
      expect(await blobStatus(skopeo.server, repository, digest)).toBe(404);
    }
    expect(await manifestStatus(skopeo.server, repository, 'v1')).toBe(404);
    await skopeo.expectRoundTrip(repository, image);
  });
});
