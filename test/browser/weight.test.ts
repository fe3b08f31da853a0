import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { describeConsole } from '../support/browser/console.ts';
import { seedImages } from '../support/browser/seed.ts';
import { waitFor } from '../support/clients/wait.ts';

/** Bytes of JavaScript, packed, that the first screen may take. */
const BUDGET = 250_000;

describeConsole('what the console asks of a browser', (held) => {
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

  test('of ten thousand images only those in view are drawn, down to the last', {
    timeout: 400_000,
  }, async () => {
    const count = 10_000;
    await seedImages(held.current.server, count);
    const page = await held.current.open('/images');
    const rows = page.locator('tbody tr[aria-rowindex]');
    await rows.first().waitFor();
    const last = page.getByRole('link', { name: 'image-10000' });
    let most = 0;
    await waitFor(
      'the last image',
      async () => {
        most = Math.max(most, await rows.count());
        await page.keyboard.press('End');
        return await last.isVisible();
      },
      300,
    );
    expect(most).toBeGreaterThan(10);
    expect(most).toBeLessThan(100);
    await page.getByRole('link', { name: 'image-10000' }).click();
    await page.goBack();
    await last.waitFor();
  });
});
