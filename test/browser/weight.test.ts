import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { describeConsole } from '../support/browser/console.ts';
import { expectOnlyVisibleDrawn } from '../support/browser/long-list.ts';

/** Bytes of JavaScript, packed, that the first screen may take. */
const BUDGET = 250_000;

describeConsole('the weight of the console', (held) => {
  test('the list of images takes less than 250 kB of JavaScript', async () => {
    const page = await held.current.open('/images');
    const scripts = new Set<string>();
    page.on('request', (request) => {
      if (request.url().endsWith('.js')) scripts.add(request.url());
    });
    await page.reload();
    await page.getByRole('heading', { name: 'Images' }).waitFor();
    await page.getByText('No image yet').waitFor();
    const sizes = await Promise.all(
      [...scripts].map(async (url) => gzipSync(await (await fetch(url)).bytes()).length),
    );
    expect(sizes.length).toBeGreaterThan(3);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(BUDGET);
  });

  test('of five hundred images only those in view are rendered, down to the last', async () => {
    await expectOnlyVisibleDrawn(held.current, 500);
  });
});
