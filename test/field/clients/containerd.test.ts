import { expect, test } from 'vitest';
import { describeAsRoot } from '../../support/clients/as-root.ts';
import { EDGE_SIZES } from '../../support/clients/bytes.ts';
import { useCtr } from '../../support/clients/ctr-client.ts';
import { imageOf } from '../../support/clients/images.ts';
import { killInTheMiddle } from '../../support/clients/interrupt.ts';
import { layerOfSize } from '../../support/clients/layers.ts';
import { blobStatus, digestsOf, manifestStatus } from '../../support/clients/remote.ts';
import { throughProxy } from '../../support/clients/setup.ts';

const MIB = 1024 * 1024;
const REAL_SIZES = EDGE_SIZES.filter((size) => size > 65_536);

describeAsRoot('containerd', ['containerd', 'ctr'], () => {
  const held = useCtr();

  test.each(['tar', 'gzip', 'zstd'] as const)(
    'pushes, pulls and unpacks %s layers around a part',
    async (packing) => {
      const layers = REAL_SIZES.map((size) => layerOfSize(packing, size, `ctr-${packing}-${size}`));
      await held.current.expectRoundTrip(`library/ctr-${packing}`, imageOf(layers));
    },
  );

  test('pushes again after it was killed in the middle of a layer', async () => {
    const ctr = held.current;
    const repository = 'library/ctr-killed';
    const image = imageOf([layerOfSize('gzip', 20 * MIB, 'ctr-killed')]);
    let target = '';
    await killInTheMiddle(ctr.server, { way: 'sent', bytes: 9 * MIB }, async (host) => {
      target = await ctr.importImage(`${host}/${repository}`, image);
      return ctr.daemon.start(['images', 'push', ...ctr.login(), target]);
    });
    await ctr.forget(target, image);
    expect(await blobStatus(ctr.server, repository, image.blobs[1]?.digest ?? '')).toBe(404);
    expect(await manifestStatus(ctr.server, repository, 'v1')).toBe(404);
    await ctr.expectRoundTrip(repository, image);
  });

  test('continues a pull that was killed, from the byte it had reached', async () => {
    const ctr = held.current;
    const repository = 'library/ctr-resume';
    const image = imageOf([layerOfSize('gzip', 20 * MIB, 'ctr-resume')]);
    await ctr.forget(await ctr.push(ctr.server.host, repository, image), image);
    await killInTheMiddle(ctr.server, { way: 'received', bytes: 9 * MIB }, async (host) =>
      ctr.daemon.start(['images', 'pull', ...ctr.login(), `${host}/${repository}:v1`]),
    );
    await throughProxy(ctr.server, {}, async ({ host, exchanges }) => {
      await ctr.run(['images', 'pull', ...ctr.login(), `${host}/${repository}:v1`]);
      const resumed = exchanges.filter(({ headers, status }) => headers.range && status === 206);
      expect(resumed.map(({ received }) => received < 20 * MIB)).toEqual([true]);
    });
    expect(await ctr.stored(image)).toEqual(digestsOf(image));
  });
});
