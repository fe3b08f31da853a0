import { expect } from 'vitest';
import { waitFor } from '../clients/wait.ts';
import type { Console } from './console.ts';
import { seedImages } from './seed.ts';

/** Scrolls a list of so many images to its last one: only those in view are ever drawn. */
export async function expectOnlyVisibleDrawn(console: Console, count: number): Promise<void> {
  await seedImages(console.server, count);
  const page = await console.open('/images');
  const rows = page.locator('tbody tr[aria-rowindex]');
  await rows.first().waitFor();
  const last = page.getByRole('link', { name: `image-${String(count).padStart(5, '0')}` });
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
  await last.click();
  await page.goBack();
  await last.waitFor();
}
