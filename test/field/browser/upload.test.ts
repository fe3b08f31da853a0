import { expect, test } from 'vitest';
import { describeConsole } from '../../support/browser/console.ts';
import { writeLargeArchive } from '../../support/browser/large-archive.ts';
import { readPageMemory } from '../../support/browser/memory.ts';
import { chooseFiles, startUpload } from '../../support/browser/upload-dialog.ts';
import { useScratch } from '../../support/clients/setup.ts';
import { waitFor } from '../../support/clients/wait.ts';

const MIB = 1024 * 1024;

describeConsole('uploading an image in the page', (held) => {
  const scratch = useScratch();

  test('two gigabytes pass while the page stays under 300 MB', { timeout: 600_000 }, async () => {
    const path = scratch.current.path('large.tar');
    const digest = await writeLargeArchive(path, scratch.current.dir, 2_000_000_000);
    const page = await chooseFiles(held.current, path);
    await page.getByLabel('Image name').waitFor();
    await startUpload(page);
    const done = page.getByRole('button', { name: 'Done' });
    const stopped = page.getByRole('button', { name: 'Go on' });
    let most = 0;
    await waitFor(
      'the upload of 2 GB',
      async () => {
        most = Math.max(most, await readPageMemory(held.current.browser));
        if (await stopped.isVisible())
          throw new Error(`${await page.getByRole('dialog').textContent()}`);
        return await done.isVisible();
      },
      500,
    );
    expect(most).toBeGreaterThan(10 * MIB);
    expect(most).toBeLessThan(300_000_000);
    const pushed = '/workspaces/library/images/large/versions/latest';
    expect(await held.current.api('GET', pushed)).toMatchObject({ digest });
  });
});
