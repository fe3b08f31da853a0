import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { describeConsole, expectAccessible, keepPicture } from '../support/browser/console.ts';
import { makeProject, makeUser, makeWorkspace } from '../support/browser/people.ts';
import { pushImage } from '../support/browser/push.ts';
import { imageOf } from '../support/clients/images.ts';
import { layerOfSize } from '../support/clients/layers.ts';
import type { Login } from '../support/server.ts';

describeConsole('retention of a workspace', (held) => {
  let project: number;
  let owner: Login;
  let developer: Login;

  beforeAll(async () => {
    project = await makeProject(held.current, 'Payments');
    owner = await makeUser(held.current, 'wang.wei', [project, 'owner']);
    developer = await makeUser(held.current, 'zhang.min', [project, 'developer']);
  });

  const push = (name: string, tag: string) => {
    const image = imageOf([layerOfSize('gzip', 2000, `${name}:${tag}`)]);
    return pushImage(held.current.server, name, tag, image, held.current.admin);
  };
  const open = (name: string, as: Login) =>
    held.current.open(`/workspaces/${name}?tab=retention`, { as });
  const preview = async (page: Page) => {
    await page.getByRole('button', { name: 'Preview and save' }).click();
    return page.getByRole('dialog');
  };

  test('an owner sees exactly which versions would be deleted, and why, before the rules are saved', async () => {
    await makeWorkspace(held.current, project, 'team', 'private');
    for (const tag of ['v1', 'pr-1', 'pr-2']) await push('team/api', tag);
    const page = await open('team', owner);
    await page.getByLabel('Keep the last versions').fill('1');
    await page.getByRole('combobox', { name: 'Keep always' }).fill('v*');
    await page.getByRole('combobox', { name: 'Keep always' }).press('Enter');
    const dialog = await preview(page);
    await dialog.getByText('1 of 3 versions').waitFor();
    await dialog.getByText('1 is kept by pattern').waitFor();
    await dialog.getByText('Over the last 90 days these rules would have deleted').waitFor();
    const gone = dialog.getByRole('table').locator('tbody tr');
    expect(await gone.count()).toBe(1);
    await gone.getByText('api:pr-1').waitFor();
    await gone.getByText('not among the last, no pattern keeps it').waitFor();
    await expectAccessible(page);
    await keepPicture(page, 'retention-preview');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.getByText('The rules of team were saved').waitFor();
    const rules = await held.current.api('GET', '/workspaces/team/retention');
    expect(rules).toMatchObject({ keepLast: 1, keepDays: null, keepTags: ['v*'] });
  });

  test('pushing over an immutable version is refused', async () => {
    await makeWorkspace(held.current, project, 'firm', 'private');
    await push('firm/api', 'v1');
    const page = await open('firm', owner);
    await page.getByRole('combobox', { name: 'Never changed' }).fill('v*');
    await page.getByRole('combobox', { name: 'Never changed' }).press('Enter');
    const dialog = await preview(page);
    await dialog.getByText('No version would go now.').waitFor();
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.getByText('The rules of firm were saved').waitFor();
    const other = imageOf([layerOfSize('gzip', 3000, 'other')]);
    const again = pushImage(held.current.server, 'firm/api', 'v1', other, held.current.admin);
    await expect(again).rejects.toThrow(/DENIED/);
  });

  test('a developer sees the rules, and sets how long untagged content is kept', async () => {
    await makeWorkspace(held.current, project, 'read', 'private');
    const page = await open('read', developer);
    await page.getByText('Owners of the project change these rules.').waitFor();
    expect(await page.getByLabel('Keep the last versions').isDisabled()).toBe(true);
    await page.getByLabel('Days it is kept').fill('7');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('It is kept for 7 days').waitFor();
  });

  test.each([
    ['en', 'dark', 1280],
    ['zh', 'light', 360],
  ] as const)('it is accessible: %s, %s, %i wide', async (language, scheme, width) => {
    const path = '/workspaces/library?tab=retention';
    const page = await held.current.open(path, { language, scheme, width });
    await page.getByRole('switch').waitFor();
    await page.waitForLoadState('networkidle');
    await expectAccessible(page);
    await keepPicture(page, `retention-${language}-${scheme}-${width}`);
  });
});
