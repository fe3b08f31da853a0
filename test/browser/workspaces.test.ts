import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { describeConsole, expectAccessible, keepPicture } from '../support/browser/console.ts';
import { makeProject, makeUser, makeWorkspace } from '../support/browser/people.ts';
import { pushImage } from '../support/browser/push.ts';
import { imageOf } from '../support/clients/images.ts';
import { layerOfSize } from '../support/clients/layers.ts';
import type { Login } from '../support/server.ts';

describeConsole('workspaces', (held) => {
  let project: number;
  let owner: Login;
  let viewer: Login;
  let outsider: Login;

  beforeAll(async () => {
    const console = held.current;
    project = await makeProject(console, 'Payments');
    owner = await makeUser(console, 'wang.wei', [project, 'owner']);
    viewer = await makeUser(console, 'li.na', [project, 'viewer']);
    outsider = await makeUser(console, 'sam');
  });

  const rows = (page: Page) => page.getByRole('table').locator('tbody a[href^="/workspaces/"]');

  const choose = async (page: Page, name: string, action: string) => {
    await page.getByRole('button', { name: `More actions: ${name}` }).click();
    await page.getByRole('menuitem', { name: action }).click();
    return page.getByRole('dialog');
  };

  const push = (name: string) =>
    pushImage(
      held.current.server,
      name,
      'v1',
      imageOf([layerOfSize('gzip', 2000, name)]),
      held.current.admin,
    );

  test('one is created in the preselected project, and opens', async () => {
    const page = await held.current.open('/workspaces', { as: owner });
    await page.getByRole('heading', { name: 'No workspaces yet' }).waitFor();
    await page.getByRole('main').getByRole('button', { name: 'Create workspace' }).first().click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox', { name: 'Name' }).fill('team-a');
    expect(await dialog.getByRole('combobox', { name: 'Department' }).inputValue()).toBe(
      'Department of Payments',
    );
    expect(await dialog.getByRole('combobox', { name: 'Project' }).inputValue()).toBe('Payments');
    await dialog.getByText(`${held.current.server.host}/team-a/…`).waitFor();
    await dialog.getByRole('button', { name: 'Create' }).click();
    await page.waitForURL('**/workspaces/team-a');
    await page.getByText('Workspace team-a was created').waitFor();
    await page.getByRole('heading', { name: 'No images in this workspace yet' }).waitFor();
  });

  test('a name is checked while it is typed, and one that is taken keeps the form', async () => {
    await makeWorkspace(held.current, project, 'taken', 'private');
    const page = await held.current.open('/workspaces', { as: owner });
    await page.getByRole('button', { name: 'Create workspace' }).click();
    const dialog = page.getByRole('dialog');
    const name = dialog.getByRole('textbox', { name: 'Name' });
    await name.fill('Team A');
    await dialog.getByText('Lower-case letters and digits').waitFor();
    await name.fill('admin');
    await dialog.getByText('The platform keeps this name for itself').waitFor();
    await name.fill('taken');
    await dialog.getByRole('radio', { name: /Public/ }).click();
    await dialog.getByRole('button', { name: 'Create' }).click();
    await dialog.getByText('There is already a workspace taken').waitFor();
    expect(await name.inputValue()).toBe('taken');
    expect(await dialog.getByRole('radio', { name: /Public/ }).isChecked()).toBe(true);
    await expectAccessible(page);
    await keepPicture(page, 'create-workspace');
  });

  test('the access setting opens it to users of other projects, and closes it', async () => {
    await makeWorkspace(held.current, project, 'opens', 'private');
    const theirs = await held.current.open('/workspaces?scope=shared', { as: outsider });
    await theirs.getByRole('link', { name: 'library' }).waitFor();
    expect(await rows(theirs).allTextContents()).not.toContain('opens');
    const page = await held.current.open('/workspaces', { as: owner });
    for (const [level, notice] of [
      ['Public', 'opens is public now'],
      ['Private', 'opens is private now'],
    ] as const) {
      const dialog = await choose(page, 'opens', 'Access setting');
      await dialog.getByRole('radio', { name: new RegExp(level) }).click();
      await dialog.getByRole('button', { name: 'Confirm' }).click();
      await page.getByText(notice).waitFor();
      await theirs.reload();
      await theirs.getByRole('link', { name: 'library' }).waitFor();
      expect((await rows(theirs).allTextContents()).includes('opens')).toBe(level === 'Public');
    }
  });

  test('one that is not empty asks for its name before it is deleted', async () => {
    await makeWorkspace(held.current, project, 'full', 'private');
    await push('full/api');
    const page = await held.current.open('/workspaces', { as: owner });
    const dialog = await choose(page, 'full', 'Delete');
    await dialog.getByText('The 1 image in it').waitFor();
    const button = dialog.getByRole('button', { name: 'Delete' });
    expect(await button.isDisabled()).toBe(true);
    await expectAccessible(page);
    await keepPicture(page, 'delete-workspace');
    await dialog.getByRole('textbox').fill('full');
    await button.click();
    await page.getByText('Workspace full was deleted').waitFor();
    await expect.poll(() => rows(page).allTextContents()).not.toContain('full');
  });

  test('an empty one is deleted from its own page, by keyboard alone', async () => {
    await makeWorkspace(held.current, project, 'hollow', 'private');
    const page = await held.current.open('/workspaces/hollow', { as: owner });
    await page.getByRole('button', { name: 'More actions: hollow' }).press('Enter');
    await page.getByRole('menuitem', { name: 'Delete' }).press('Enter');
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).press('Enter');
    await page.waitForURL('**/workspaces');
    await page.getByText('Workspace hollow was deleted').waitFor();
  });

  test('a viewer cannot change anything; an outsider sees a public one only', async () => {
    await makeWorkspace(held.current, project, 'seen', 'private');
    const page = await held.current.open('/workspaces/seen?tab=members', { as: viewer });
    await page
      .getByRole('row', { name: /wang\.wei/ })
      .getByText('Owner')
      .waitFor();
    await page
      .getByRole('row', { name: /li\.na/ })
      .getByText('View and pull')
      .waitFor();
    expect(await page.getByRole('button', { name: /More actions|Push image/ }).count()).toBe(0);
    const hidden = await held.current.open('/workspaces/seen', { as: outsider });
    await hidden.getByRole('heading', { name: 'There is nothing here' }).waitFor();
    const open = await held.current.open('/workspaces/library?tab=members', { as: outsider });
    await open.getByRole('tab', { name: 'About' }).waitFor();
    expect(await open.getByRole('tab').allTextContents()).toEqual(['Images', 'About']);
  });

  test('a search by prefix is in the address, and Back undoes it', async () => {
    await makeWorkspace(held.current, project, 'search-me', 'private');
    await makeWorkspace(held.current, project, 'find-me-not', 'private');
    const page = await held.current.open('/workspaces', { as: owner });
    await page.getByRole('searchbox').pressSequentially('search');
    await expect.poll(() => rows(page).allTextContents()).toEqual(['search-me']);
    expect(new URL(page.url()).searchParams.get('q')).toBe('search');
    await page.goBack();
    await expect.poll(() => rows(page).count()).toBeGreaterThan(1);
  });

  test.each([
    ['en', 'light', 1280],
    ['zh', 'dark', 360],
  ] as const)('its screens are accessible: %s, %s, %i wide', async (language, scheme, width) => {
    await push('library/base');
    for (const [path, name] of [
      ['/workspaces?scope=all', 'workspaces'],
      ['/workspaces/library', 'workspace'],
      ['/workspaces/library?tab=members', 'workspace-members'],
      ['/workspaces/library?tab=about', 'workspace-about'],
    ] as const) {
      const page = await held.current.open(path, { language, scheme, width });
      await page.getByRole('heading', { level: 1 }).waitFor();
      await page.waitForLoadState('networkidle');
      await expectAccessible(page);
      await keepPicture(page, `${name}-${language}-${scheme}-${width}`);
    }
  });
});
