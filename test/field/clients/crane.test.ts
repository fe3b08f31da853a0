import { test } from 'vitest';
import { EDGE_SIZES } from '../../support/clients/bytes.ts';
import { useCrane } from '../../support/clients/crane-client.ts';
import { imageOf } from '../../support/clients/images.ts';
import { layerOfSize } from '../../support/clients/layers.ts';
import { describeWithTools } from '../../support/tools.ts';

describeWithTools('crane', ['crane'], () => {
  const held = useCrane();

  test('pushes layers of every edge size in one stream each, and pulls them', async () => {
    const layers = EDGE_SIZES.map((size) => layerOfSize('gzip', size, `crane-${size}`));
    await held.current.expectRoundTrip('library/crane-sizes', imageOf(layers));
  });
});
