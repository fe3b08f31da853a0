import type { Page } from 'playwright-core';
import type { Console } from './console.ts';

/** Opens the upload dialog and chooses files; what is in them is not read yet. */
export async function chooseFiles(
  console: Console,
  path: string | readonly string[],
  options: Parameters<Console['open']>[1] = {},
): Promise<Page> {
  const page = await console.open('/images', options);
  await page
    .getByRole('button', { name: /Upload image|上传镜像/ })
    .first()
    .click();
  await page.locator('input[type=file]').setInputFiles(path);
  return page;
}

/** Presses the button that starts the upload. */
export async function startUpload(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Upload', exact: true }).click();
}
