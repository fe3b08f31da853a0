import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { describeConsole, expectAccessible, keepPicture } from '../support/browser/console.ts';
import { makeProject, makeUser, makeWorkspace } from '../support/browser/people.ts';
import { pushImage } from '../support/browser/push.ts';
import { imageOf } from '../support/clients/images.ts';
import { layerOfSize } from '../support/clients/layers.ts';
import type { Login } from '../support/server.ts';

describeConsole('the trash', (held) => {
  let project: number;
  let developer: Login;

  beforeAll(async () => {
    project = await makeProject(held.current, 'Payments');
    developer = await makeUser(held.current, 'zhang.min', [project, 'developer']);
    for (const name of ['team', 'other']) {
      await makeWorkspace(held.current, project, name, 'private');
    }
  });

  const push = (name: string, tag = 'v1') => {
    const image = imageOf([layerOfSize('gzip', 2000, `${name}:${tag}`)]);
    return pushImage(held.current.server, name, tag, image, held.current.admin);
  };
  const remove = (path: string) => held.current.api('DELETE', `/workspaces/${path}`);

  const choose = async (page: Page, name: string, action: string) => {
    await page.getByRole('button', { name: `More actions: ${name}` }).click();
    await page.getByRole('menuitem', { name: action }).click();
  };

  test('undo restores a deleted workspace with its images', async () => {
    await makeWorkspace(held.current, project, 'undone', 'private');
    await push('undone/api');
    const page = await held.current.open('/workspaces', { as: developer });
    await choose(page, 'undone', 'Delete');
    await page.getByRole('dialog').getByRole('textbox').fill('undone');
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByText('Restored: undone').waitFor();
    await page.getByRole('link', { name: 'undone' }).click();
    await page.getByRole('link', { name: 'api' }).waitFor();
  });

  test('several items are restored at once, each kind found by the filter', async () => {
    for (const name of ['team/a', 'team/b', 'team/c']) await push(name);
    await remove('team/images/a');
    await remove('team/images/b');
    await remove('team/images/c/versions/v1');
    const page = await held.current.open('/trash', { as: developer });
    await page.getByRole('checkbox', { name: 'Select team/c:v1' }).waitFor();
    await page.getByText('Images', { exact: true }).last().click();
    await page.waitForURL('**/trash?kind=image');
    await page.getByRole('checkbox', { name: 'Select team/a' }).check();
    await page.getByRole('checkbox', { name: 'Select team/b' }).check();
    await page.getByRole('button', { name: 'Restore', exact: true }).click();
    await page.getByText(/Restored: team\/[ab] and 1 more/).waitFor();
    await page.getByRole('heading', { name: 'The trash is empty' }).waitFor();
    const images = await held.current.api<{ items: { name: string }[] }>(
      'GET',
      '/images?scope=all&workspace=team',
    );
    expect(images.items.map(({ name }) => name)).toEqual(expect.arrayContaining(['a', 'b']));
  });

  test('an item whose name is taken is restored under another one', async () => {
    await push('other/api');
    await remove('other/images/api');
    await push('other/api', 'v2');
    const page = await held.current.open('/trash?kind=image', { as: developer });
    await choose(page, 'other/api', 'Restore');
    const dialog = page.getByRole('dialog');
    await dialog.getByText('Something else is called other/api').waitFor();
    await expectAccessible(page);
    await keepPicture(page, 'restore-as');
    await dialog.getByRole('textbox').fill('API');
    await dialog.getByRole('button', { name: 'Restore' }).click();
    await dialog.getByText('lower-case letters').waitFor();
    await dialog.getByRole('textbox').fill('api-old');
    await dialog.getByRole('button', { name: 'Restore' }).click();
    await page.getByText('Restored: api-old').waitFor();
    await held.current.api('GET', '/workspaces/other/images/api-old/versions/v1');
  });

  test('deleting permanently is confirmed, and the item is gone', async () => {
    await push('team/lost');
    await remove('team/images/lost');
    const page = await held.current.open('/trash?kind=image', { as: developer });
    await choose(page, 'team/lost', 'Delete for good');
    const dialog = page.getByRole('dialog');
    await dialog.getByText('Nothing brings this back').waitFor();
    await dialog.getByRole('button', { name: 'Delete for good' }).click();
    await page.getByText('It is gone for good').waitFor();
    expect(await page.getByText('team/lost').count()).toBe(0);
  });

  test('a user who may not delete in a workspace does not see its trash', async () => {
    await push('team/secret');
    await remove('team/images/secret');
    const viewer = await makeUser(held.current, 'li.na', [project, 'viewer']);
    const page = await held.current.open('/trash', { as: viewer });
    await page.getByRole('heading', { name: 'The trash is empty' }).waitFor();
  });

  test.each([
    ['en', 'light', 1280],
    ['zh', 'dark', 360],
  ] as const)('it is accessible: %s, %s, %i wide', async (language, scheme, width) => {
    await push(`team/seen-${language}`);
    await remove(`team/images/seen-${language}`);
    const page = await held.current.open('/trash', { language, scheme, width });
    await page.getByText(`team/seen-${language}`).first().waitFor();
    await expectAccessible(page);
    await keepPicture(page, `trash-${language}-${scheme}-${width}`);
  });
});
