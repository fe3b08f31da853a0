import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { describeConsole, expectAccessible, keepPicture } from '../support/browser/console.ts';
import { makeProject, makeUser, makeWorkspace } from '../support/browser/people.ts';
import { pushImage } from '../support/browser/push.ts';
import { imageOf } from '../support/clients/images.ts';
import { layerOfSize } from '../support/clients/layers.ts';
import type { Login } from '../support/server.ts';

describeConsole('the protection of a project', (held) => {
  let project: number;
  let owner: Login;
  let developer: Login;

  beforeAll(async () => {
    const console = held.current;
    project = await makeProject(console, 'Payments');
    owner = await makeUser(console, 'wang.wei', [project, 'owner']);
    developer = await makeUser(console, 'zhang.min', [project, 'developer']);
    await makeWorkspace(console, project, 'team', 'private');
    for (const name of ['kept', 'gone']) {
      const image = imageOf([layerOfSize('gzip', 2000, name)]);
      await pushImage(console.server, `team/${name}`, 'v1', image, console.admin);
    }
    await console.api('DELETE', '/workspaces/team/images/gone');
  });

  const openProtection = (as: Login) =>
    held.current.open(`/projects/${project}?tab=protection`, { as });

  /** The labels of the actions on a workspace or an item of the trash. */
  const actionsOn = async (page: Page, name: string) => {
    await page.getByRole('button', { name: `More actions: ${name}` }).click();
    await page.getByRole('menuitem').first().waitFor();
    const labels = await page.getByRole('menuitem').allInnerTexts();
    await page.keyboard.press('Escape');
    return labels;
  };

  test('a developer deletes for good and changes access until owners reserve it', async () => {
    const workspaces = await held.current.open('/workspaces', { as: developer });
    const access = 'Access setting';
    expect(await actionsOn(workspaces, 'team')).toContain(access);
    const trash = await held.current.open('/trash', { as: developer });
    expect(await actionsOn(trash, 'team/gone')).toEqual(['Restore', 'Delete for good']);

    const page = await openProtection(owner);
    await page.getByRole('switch', { name: /Only owners delete for good/ }).click();
    await page.getByText('The protection of Payments was changed').waitFor();
    await expectAccessible(page);
    await keepPicture(page, 'project-protection');

    await workspaces.reload();
    expect(await actionsOn(workspaces, 'team')).toEqual(['Run garbage collection', 'Delete']);
    await workspaces.getByRole('button', { name: 'More actions: team' }).click();
    await workspaces.getByRole('menuitem', { name: 'Run garbage collection' }).click();
    const dialog = workspaces.getByRole('dialog');
    await dialog.getByText('The project reserves this to its owners.').waitFor();
    expect(await dialog.getByRole('checkbox', { name: /Empty the trash/ }).isDisabled()).toBe(true);
    await trash.reload();
    expect(await actionsOn(trash, 'team/gone')).toEqual(['Restore']);
    const creating = await held.current.open('/workspaces', { as: developer });
    await creating.getByRole('button', { name: 'Create workspace' }).first().click();
    const publicly = creating.getByRole('dialog').getByRole('radio', { name: /Public/ });
    expect(await publicly.isDisabled()).toBe(true);
    const members = await held.current.open('/workspaces/team?tab=members', { as: developer });
    await members.getByText('delete to the trash, garbage collection').waitFor();
    const owners = await held.current.open('/workspaces', { as: owner });
    expect(await actionsOn(owners, 'team')).toContain(access);
  });

  test('a developer sees what owners have set, and cannot change it', async () => {
    const page = await openProtection(developer);
    await page.getByText('Owners of the project change this.').waitFor();
    for (const label of [/Only owners/, /push credential/]) {
      expect(await page.getByRole('switch', { name: label }).isDisabled()).toBe(true);
    }
  });

  test('an owner lets the push credential delete versions, in Chinese', async () => {
    const page = await held.current.open(`/projects/${project}?tab=protection`, {
      as: owner,
      language: 'zh',
    });
    await page.getByRole('switch', { name: /允许推送凭证删除版本/ }).click();
    await page.getByText('Payments 的保护设置已修改').waitFor();
    const found = await held.current.api(`GET`, `/projects/${project}`);
    expect(found.robotDeletes).toBe(true);
  });
});
