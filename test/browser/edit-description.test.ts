import { beforeAll, expect, test } from 'vitest';
import { describeConsole, expectAccessible, keepPicture } from '../support/browser/console.ts';
import { setDescription } from '../support/browser/description.ts';
import { pushImage } from '../support/browser/push.ts';
import { imageOf } from '../support/clients/images.ts';
import { layerOfSize } from '../support/clients/layers.ts';

const PATH = '/workspaces/library/images/described';

describeConsole('editing a description', (held) => {
  beforeAll(async () => {
    const { server, admin } = held.current;
    const image = imageOf([layerOfSize('gzip', 1000, 'described')]);
    await pushImage(server, 'library/described', '1', image, admin);
  });

  /** The dialog over the image's page, with an existing description. */
  async function openDialog(language: 'en' | 'zh' = 'en', width = 1280) {
    await setDescription(held.current, 'library/described', 'what was there');
    const page = await held.current.open(PATH, { language, width });
    await page.getByRole('button', { name: /^(Edit|编辑)$/ }).click();
    const box = page.getByRole('textbox', { name: /^(Description|描述信息)$/ });
    await box.waitFor();
    return { page, box, dialog: page.getByRole('dialog').first() };
  }

  test('is previewed, saved and shown', async () => {
    const { page, box, dialog } = await openDialog();
    await box.fill('## New\n\nA **better** text');
    await dialog.getByRole('tab', { name: 'Preview' }).click();
    await dialog.getByRole('heading', { name: 'New' }).waitFor();
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Description saved: described').waitFor();
    await page.locator('main').getByRole('heading', { name: 'New' }).waitFor();
  });

  test('shows the limit of its size, and rejects a longer text', async () => {
    const { box, dialog } = await openDialog();
    await dialog.getByText('0 KiB of 64 KiB').waitFor();
    await box.fill('长'.repeat(22_000));
    await dialog.getByText('A description may take 64 KiB. Shorten it.').waitFor();
    expect(await dialog.getByRole('button', { name: 'Save' }).isDisabled()).toBe(true);
  });

  test('two users who edit at once lose nothing: mine is saved over theirs', async () => {
    const { page, box, dialog } = await openDialog();
    await box.fill('my text');
    await setDescription(held.current, 'library/described', 'their text');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.getByText('Somebody else has changed the description meanwhile').waitFor();
    expect(await box.inputValue()).toBe('my text');
    await dialog.getByRole('button', { name: 'Save mine' }).click();
    await page.getByText('Description saved: described').waitFor();
    await page.locator('main').getByText('my text').waitFor();
  });

  test('two users who edit at once lose nothing: theirs is loaded and edited', async () => {
    const { page, box, dialog } = await openDialog();
    await box.fill('my text');
    await setDescription(held.current, 'library/described', 'their text');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.getByRole('button', { name: 'Load theirs' }).click();
    await expect.poll(() => box.inputValue()).toBe('their text');
    await box.fill('their text and mine');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.locator('main').getByText('their text and mine').waitFor();
  });

  test('what was typed survives Escape, Back and a lost connection', async () => {
    const { page, box, dialog } = await openDialog();
    await box.fill('not saved yet');
    await page.keyboard.press('Escape');
    const question = page.getByRole('dialog', { name: 'Throw away what you typed?' });
    await question.getByRole('button', { name: 'Go on editing' }).click();
    expect(await box.inputValue()).toBe('not saved yet');
    await page.route('**/api/v1/**', (route) => route.abort());
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.getByText('The server cannot be reached.').waitFor();
    expect(await box.inputValue()).toBe('not saved yet');
    await page.unroute('**/api/v1/**');
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await question.getByRole('button', { name: 'Throw away' }).click();
    await expect.poll(() => page.getByRole('dialog').count()).toBe(0);
    await page.getByText('what was there').waitFor();
  });

  test('Back asks before it leaves an unsaved text', async () => {
    await setDescription(held.current, 'library/described', 'what was there');
    const page = await held.current.open('/images');
    await page.getByRole('link', { name: 'described' }).click();
    await page.getByRole('button', { name: 'Edit' }).click();
    const box = page.getByRole('textbox', { name: 'Description' });
    await box.fill('not saved yet');
    await page.goBack();
    await page.getByRole('dialog', { name: 'Throw away what you typed?' }).waitFor();
    await page.getByRole('button', { name: 'Go on editing' }).click();
    expect(await box.inputValue()).toBe('not saved yet');
  });

  test.each([
    ['en', 1280],
    ['zh', 360],
  ] as const)('is accessible in %s, %i wide', async (language, width) => {
    const { page } = await openDialog(language, width);
    await expectAccessible(page);
    await keepPicture(page, `edit-description-${language}-${width}`);
  });
});
