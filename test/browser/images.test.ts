import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { describeConsole, expectAccessible, keepPicture } from '../support/browser/console.ts';
import { setDescription } from '../support/browser/description.ts';
import { makeProject, makeUser, makeWorkspace } from '../support/browser/people.ts';
import { pushImage } from '../support/browser/push.ts';
import { imageOf } from '../support/clients/images.ts';
import { layerOfSize } from '../support/clients/layers.ts';
import type { Login } from '../support/server.ts';

describeConsole('the list of images', (held) => {
  let developer: Login;
  let viewer: Login;

  beforeAll(async () => {
    const console = held.current;
    const project = await makeProject(console, 'Payments');
    await makeWorkspace(console, project, 'payments', 'private');
    developer = await makeUser(console, 'zhang.min', [project, 'developer']);
    viewer = await makeUser(console, 'li.na', [project, 'viewer']);
    for (const [n, name] of ['payments/api', 'payments/backend/worker', 'library/base'].entries()) {
      const image = imageOf([layerOfSize('gzip', 1000 * (n + 1), name)]);
      await pushImage(console.server, name, '1.0', image, console.admin);
    }
    await setDescription(console, 'payments/api', '# API\n\nTakes **card payments**.');
  });

  const names = (page: Page) => page.getByRole('table').locator('tbody a[href*="/images/"]');

  test('lists own and shared images, and for an admin all', async () => {
    const page = await held.current.open('/images', { as: developer });
    await expect.poll(() => names(page).allTextContents()).toEqual(['api', 'backend/worker']);
    await page.getByText('API Takes card payments.').waitFor();
    expect(await page.getByRole('tab').allTextContents()).toEqual(['Own images', 'Shared images']);
    await page.getByRole('tab', { name: 'Shared images' }).click();
    await expect.poll(() => names(page).allTextContents()).toEqual(['base']);
    await page.goBack();
    await expect.poll(() => names(page).allTextContents()).toEqual(['api', 'backend/worker']);
    const all = await held.current.open('/images?scope=all');
    await expect.poll(() => names(all).count()).toBe(3);
  });

  test('a search finds names and descriptions while it is typed, and Back undoes it', async () => {
    const page = await held.current.open('/images', { as: developer });
    const box = page.getByRole('searchbox');
    await box.pressSequentially('card pay');
    await expect.poll(() => names(page).allTextContents()).toEqual(['api']);
    expect(new URL(page.url()).searchParams.get('q')).toBe('card pay');
    await box.fill('nothing like it');
    await page.getByText('Nothing is called “nothing like it”').waitFor();
    await page.goBack();
    await expect.poll(() => names(page).count()).toBe(2);
    expect(await box.inputValue()).toBe('');
  });

  test('the list is sorted by its headers, and the address keeps the order', async () => {
    const page = await held.current.open('/images', { as: developer });
    await page.getByRole('button', { name: 'Sort by Size' }).click();
    await expect.poll(() => names(page).allTextContents()).toEqual(['backend/worker', 'api']);
    await page.reload();
    await expect.poll(() => names(page).allTextContents()).toEqual(['backend/worker', 'api']);
    await page.getByRole('button', { name: 'Sort by Size' }).click();
    await expect.poll(() => names(page).allTextContents()).toEqual(['api', 'backend/worker']);
  });

  test('a viewer sees images and copies the address, but cannot change anything', async () => {
    const page = await held.current.open('/images', { as: viewer });
    await page.getByRole('button', { name: 'More actions: api' }).click();
    const entries = page.getByRole('menuitem');
    await entries.first().waitFor();
    expect(await entries.allTextContents()).toEqual(['Copy the address']);
    await page.getByRole('menuitem', { name: 'Copy the address' }).click();
    const { host } = held.current.server;
    await page.getByText(`Copied: ${host}/payments/api`).waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(`${host}/payments/api`);
    expect(await page.getByRole('checkbox').count()).toBe(0);
  });

  test('the menu of an image opens by keyboard, and Escape returns the focus', async () => {
    const page = await held.current.open('/images', { as: viewer });
    const more = page.getByRole('button', { name: 'More actions: api' });
    const focused = () => page.evaluate(() => document.activeElement?.textContent);
    for (const times of [1, 2]) {
      await more.focus();
      await page.keyboard.press('Enter');
      // It is drawn a moment before it takes the focus and the keys.
      await page.locator('[role=menu]:focus-within').waitFor();
      await page.keyboard.press('ArrowDown');
      await expect.poll(focused, { message: `the entry, time ${times}` }).toBe('Copy the address');
      await page.keyboard.press('Escape');
      await page.getByRole('menuitem').waitFor({ state: 'detached' });
      await expect
        .poll(() => more.evaluate((button) => button === document.activeElement))
        .toBe(true);
    }
    await page.getByRole('button', { name: /^li\.na$/ }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('menuitem', { name: 'Sign out' }).waitFor();
    await page.keyboard.press('Escape');
    await expect.poll(focused).toBe('li.na');
  });

  test('a menu that cannot be fetched shows a notice, and opens when the connection is back', async () => {
    const page = await held.current.open('/images', { as: viewer });
    const more = page.getByRole('button', { name: 'More actions: api' });
    await more.waitFor();
    await page.route('**/assets/open-menu-*.js', (route) => route.abort());
    await more.click();
    await page.getByText('The server cannot be reached').waitFor();
    await page.unroute('**/assets/open-menu-*.js');
    await more.click();
    await page.getByRole('menuitem', { name: 'Copy the address' }).waitFor();
  });

  test('a dialog that cannot be fetched shows an error, and opens after a reload', async () => {
    const page = await held.current.open('/images', { as: developer });
    const askToDelete = async () => {
      await page.getByRole('button', { name: 'More actions: api' }).click();
      await page.getByRole('menuitem', { name: 'Delete' }).click();
    };
    await page.route('**/assets/delete-images-*.js', (route) => route.abort());
    await askToDelete();
    await page.getByText('A part of this page could not be loaded').waitFor();
    expect(held.current.takeFaults().join()).toContain('was not fetched');
    await page.unroute('**/assets/delete-images-*.js');
    await page.getByRole('button', { name: 'Try again' }).click();
    await askToDelete();
    await page.getByRole('dialog', { name: /^Delete/ }).waitFor();
  });

  test('one image or several are selected, confirmed by name, deleted and restored', async () => {
    for (const name of ['payments/old-1', 'payments/old-2', 'payments/old-3']) {
      const image = imageOf([layerOfSize('gzip', 500, name)]);
      await pushImage(held.current.server, name, '1', image, held.current.admin);
    }
    const page = await held.current.open('/images?q=old-', { as: developer });
    await page.getByRole('checkbox', { name: 'payments/old-1' }).check();
    await page.getByRole('checkbox', { name: 'payments/old-2' }).check();
    await page.getByRole('button', { name: 'Delete' }).click();
    const dialog = page.getByRole('dialog', { name: 'Delete 2 images?' });
    await dialog.getByText('payments/old-2').waitFor();
    await dialog.getByRole('button', { name: 'Delete' }).click();
    await page.getByText('Deleted: payments/old-1 and 1 more').waitFor();
    await expect.poll(() => names(page).allTextContents()).toEqual(['old-3']);
    await page.getByRole('button', { name: 'Undo' }).click();
    await expect.poll(() => names(page).allTextContents()).toEqual(['old-1', 'old-2', 'old-3']);
    await page.getByRole('button', { name: 'More actions: old-3' }).click();
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await page.getByText('Deleted: payments/old-3').waitFor();
    await expect.poll(() => names(page).allTextContents()).toEqual(['old-1', 'old-2']);
  });

  test.each([
    ['en', 'light', 1280],
    ['zh', 'dark', 360],
  ] as const)('is accessible in %s, %s, %i wide', async (language, scheme, width) => {
    const page = await held.current.open('/images?scope=all', { language, scheme, width });
    await page.getByRole('link', { name: 'api', exact: true }).waitFor();
    await expectAccessible(page);
    await keepPicture(page, `images-${language}-${scheme}-${width}`);
    await page.getByRole('checkbox', { name: 'library/base' }).check();
    await page.getByRole('button', { name: /^(Delete|删除)$/ }).click();
    await page.getByRole('dialog').getByText('library/base').waitFor();
    await expectAccessible(page);
  });
});
