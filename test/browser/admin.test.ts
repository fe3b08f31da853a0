import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import {
  type Console,
  describeConsole,
  expectAccessible,
  keepPicture,
} from '../support/browser/console.ts';
import { makeProject, makeUser, makeWorkspace } from '../support/browser/people.ts';
import { pushImage } from '../support/browser/push.ts';
import { imageOf } from '../support/clients/images.ts';
import { layerOfSize } from '../support/clients/layers.ts';
import { ask } from '../support/clients/remote.ts';

type Held = { current: Console };

describeConsole('projects', (held) => {
  test('an admin creates a department, a project in it, and adds a member, undoing a removal', async () => {
    await makeUser(held.current, 'nadia');
    const page = await held.current.open('/admin/departments');
    await page.getByRole('button', { name: 'Create department' }).click();
    await page.getByLabel('Name').fill('Logistics');
    await page.getByRole('button', { name: 'Create', exact: true }).click();
    await page.getByRole('link', { name: 'Logistics' }).click();
    await page.getByText('No projects').waitFor();
    await page.getByRole('button', { name: 'Create project' }).first().click();
    await page.getByLabel('Name').fill('Routes');
    await page.getByRole('button', { name: 'Create', exact: true }).click();
    await page.getByRole('heading', { name: 'Routes' }).waitFor();

    await page.getByRole('button', { name: 'Add member' }).first().click();
    await page.getByLabel('User name').fill('nobody-of-that-name');
    const add = page.getByRole('dialog').getByRole('button', { name: 'Add member' });
    await add.click();
    await page.getByText('There is no user nobody-of-that-name.').waitFor();
    await page.getByLabel('User name').fill('nadia');
    await page.getByRole('radio', { name: 'Owner' }).click();
    await add.click();
    await page.getByText('nadia is a member of Routes now').waitFor();
    await page.getByRole('button', { name: 'Remove nadia' }).click();
    await page.getByText('nadia is no member of Routes any more').waitFor();
    await page.getByText('No members yet').waitFor();
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByRole('combobox', { name: 'Role: nadia' }).waitFor();
    expect(await page.getByRole('combobox', { name: 'Role: nadia' }).inputValue()).toBe('Owner');
  });

  test('an owner changes a role, and cannot leave the project without an owner', async () => {
    const project = await makeProject(held.current, 'Owned');
    const owner = await makeUser(held.current, 'osman', [project, 'owner']);
    await makeUser(held.current, 'dana', [project, 'viewer']);
    const page = await held.current.open(`/projects/${project}`, { as: owner });
    await choose(page, 'Role: dana', 'Developer');
    await page.getByText('Role of dana: Developer').waitFor();
    await choose(page, 'Role: osman', 'Viewer');
    await page.getByText('a project needs an owner', { exact: false }).waitFor();
    expect(await page.getByRole('combobox', { name: 'Role: osman' }).inputValue()).toBe('Owner');
    await page.getByRole('button', { name: 'Rename' }).click();
    await page.getByRole('textbox', { name: 'Name' }).fill('Renamed by its owner');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('heading', { level: 1, name: 'Renamed by its owner' }).waitFor();
    expect(await page.getByRole('button', { name: 'Delete' }).count()).toBe(0);
  });

  test('a viewer sees members and workspaces, and neither the credential nor a way to change them', async () => {
    const project = await makeProject(held.current, 'Looked at');
    await makeWorkspace(held.current, project, 'looked-at', 'private');
    const viewer = await makeUser(held.current, 'vito', [project, 'viewer']);
    const page = await held.current.open(`/projects/${project}?tab=credential`, { as: viewer });
    await page.getByRole('tab', { name: 'Members' }).click();
    await page.getByRole('cell', { name: 'vito' }).waitFor();
    expect(await page.getByRole('tab', { name: 'Push credential' }).count()).toBe(0);
    expect(await page.getByRole('button', { name: /Add|Remove|Rename/ }).count()).toBe(0);
    await page.getByRole('tab', { name: 'Workspaces' }).click();
    await page.getByRole('link', { name: 'looked-at' }).click();
    await page.getByRole('heading', { name: 'looked-at' }).waitFor();
  });

  test('deleting a project that is not empty names its workspaces', async () => {
    const project = await makeProject(held.current, 'Full');
    await makeWorkspace(held.current, project, 'in-the-way', 'private');
    const page = await held.current.open(`/projects/${project}`);
    await page.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await page.getByText('It still has workspaces: in-the-way.').waitFor();
    const empty = await makeProject(held.current, 'Empty');
    await page.goto(`${held.current.server.origin}/projects/${empty}`);
    await page.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await page.getByText('Project Empty was deleted').waitFor();
    await page.waitForURL('**/projects');
  });
});

describeConsole('the platform', (held) => {
  test('a user is created, signs in with the password shown once, and is found by a prefix', async () => {
    await makeUser(held.current, 'other-one');
    const page = await held.current.open('/admin/users');
    await page.getByRole('button', { name: 'Create user' }).click();
    await page.getByLabel('User name').fill('Not A Name');
    await page.getByRole('button', { name: 'Create', exact: true }).click();
    await page.getByText('beginning with a letter or digit', { exact: false }).waitFor();
    await page.getByLabel('User name').fill('shown-once');
    await page.getByRole('button', { name: 'Create', exact: true }).click();
    await page.getByRole('button', { name: 'Copy: Password' }).click();
    const password = await page.evaluate(() => navigator.clipboard.readText());
    await page.getByRole('button', { name: 'I have kept it' }).click();
    const login = { username: 'shown-once', password };
    const me = await held.current.api('GET', '/session', undefined, login);
    expect(me).toMatchObject({ name: 'shown-once', mustChangePassword: true });
    await page.getByLabel('Search by how the name begins').fill('shown');
    await page.getByRole('link', { name: 'other-one' }).waitFor({ state: 'detached' });
    await page.getByRole('link', { name: 'shown-once' }).waitFor();
    expect(new URL(page.url()).searchParams.get('q')).toBe('shown');
  });

  test('a user is disabled and enabled again by undo, made an admin, renamed, and deleted', async () => {
    const project = await makeProject(held.current, 'Left');
    const user = await makeUser(held.current, 'leaves', [project, 'developer']);
    const page = await openUser(held, 'leaves');
    const canSignIn = async () =>
      held.current.api('GET', '/session', undefined, user).then(
        () => true,
        () => false,
      );
    await page.getByRole('button', { name: 'Disable' }).click();
    await page.getByText('leaves is disabled', { exact: false }).waitFor();
    expect(await canSignIn()).toBe(false);
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByRole('button', { name: 'Disable' }).waitFor();
    expect(await canSignIn()).toBe(true);
    await page.getByRole('button', { name: 'Make cloud admin' }).click();
    await page.getByText('leaves is a cloud admin now').waitFor();
    await page.getByRole('button', { name: 'Rename' }).click();
    await page.getByRole('textbox', { name: 'User name' }).fill('has-left');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('heading', { name: 'has-left', level: 1 }).waitFor();
    const removal = page.getByRole('dialog').getByRole('button', { name: 'Delete' });
    await page.getByRole('button', { name: 'Delete' }).click();
    await removal.click();
    await page.getByRole('alert').getByText('Left', { exact: false }).waitFor();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('link', { name: 'Left' }).click();
    await page.getByRole('button', { name: 'Remove has-left' }).click();
    await page.getByText('has-left is no member of Left any more').waitFor();
    await page.goBack();
    await page.getByText('A member of no project').waitFor();
    await page.getByRole('button', { name: 'Delete' }).click();
    await removal.click();
    await page.getByText('User has-left was deleted').waitFor();
  });

  test('resetting a password ends sessions and tokens, and the new one has to be changed', async () => {
    const user = await makeUser(held.current, 'resets');
    const page = await openUser(held, 'resets');
    await page.getByRole('button', { name: 'Reset password' }).click();
    await page.getByText('every access token').waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Reset password' }).click();
    await page.getByRole('button', { name: 'Copy: Password' }).click();
    const password = await page.evaluate(() => navigator.clipboard.readText());
    await expect(held.current.api('GET', '/session', undefined, user)).rejects.toThrow('401');
    const me = await held.current.api('GET', '/session', undefined, { ...user, password });
    expect(me.mustChangePassword).toBe(true);
  });

  test('settings apply when saved, an invalid one is marked at its field, and undo restores them', async () => {
    const page = await held.current.open('/admin/settings');
    const read = () => held.current.api('GET', '/settings');
    const before = await read();
    await page.getByLabel('Time in the trash').fill('900');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('A whole number from 0 to 365.').waitFor();
    await page.getByLabel('Time in the trash').fill('14');
    await page.getByRole('switch', { name: 'Pull without signing in' }).click();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('The settings are saved').waitFor();
    expect(await read()).toMatchObject({ anonymousPull: true, trashDays: 14 });
    await page.getByRole('button', { name: 'Undo' }).click();
    await expect.poll(read).toEqual(before);
    await expect
      .poll(() => page.getByLabel('Time in the trash').inputValue())
      .toBe(`${before.trashDays} days`);
  });

  test('the overview shows what is stored, pulls, and the largest images', async () => {
    const { server, admin } = held.current;
    const base = layerOfSize('gzip', 300_000, 'overview-base');
    for (const name of ['library/seen', 'library/unseen']) {
      const image = imageOf([base, layerOfSize('gzip', 50_000, name)]);
      await pushImage(server, name, '1.0', image, admin);
    }
    await ask(server, 'library/seen/manifests/1.0');
    const page = await held.current.open('/admin/overview');
    await page.getByText(/^5 blobs/).waitFor();
    await page.getByText('Sharing saves', { exact: false }).waitFor();
    await page.getByText('No stored content is known to be lost or wrong.').waitFor();
    const top = page.getByRole('table', { name: 'Top images' });
    await page.getByText('Largest', { exact: true }).click();
    await top.getByRole('link', { name: 'library/unseen' }).waitFor();
    await page.getByRole('link', { name: 'library', exact: true }).waitFor();
  });

  test('the screens of admins are closed to others', async () => {
    const user = await makeUser(held.current, 'curious');
    for (const path of ['users', 'departments', 'settings', 'overview']) {
      const page = await held.current.open(`/admin/${path}`, { as: user });
      await page.waitForURL('**/images');
      expect(await page.getByText('Administration').count()).toBe(0);
    }
  });

  test.each([
    ['/projects', 'en', 'light', 1280],
    ['/projects/1', 'zh', 'dark', 360],
    ['/projects/1?tab=credential', 'en', 'dark', 1280],
    ['/projects/1?tab=workspaces', 'zh', 'light', 360],
    ['/admin/overview', 'en', 'light', 1280],
    ['/admin/overview', 'zh', 'dark', 360],
    ['/admin/departments', 'zh', 'dark', 1280],
    ['/admin/users', 'en', 'light', 360],
    ['/admin/users/1', 'en', 'dark', 1280],
    ['/admin/settings', 'zh', 'light', 360],
  ] as const)('%s is accessible: %s, %s, %i wide', async (path, language, scheme, width) => {
    const page = await held.current.open(path, { language, scheme, width });
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.waitForLoadState('networkidle');
    await expectAccessible(page);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(wide).toBeLessThanOrEqual(width);
    const name = path.slice(1).replaceAll(/\W/g, '-');
    await keepPicture(page, `${name}-${language}-${scheme}-${width}`);
  });
});

/** Chooses from a list that drops down. */
async function choose(page: Page, list: string, option: string): Promise<void> {
  await page.getByRole('combobox', { name: list }).click();
  await page.getByRole('option', { name: option }).click();
}

async function openUser(held: Held, name: string): Promise<Page> {
  const { items } = await held.current.api<{ items: { id: number }[] }>('GET', `/users?q=${name}`);
  return await held.current.open(`/admin/users/${items[0]?.id}`);
}
