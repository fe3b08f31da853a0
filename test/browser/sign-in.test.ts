import { expect, test } from 'vitest';
import {
  type Console,
  describeConsole,
  expectAccessible,
  fillSignIn,
} from '../support/browser/console.ts';
import { makeUser } from '../support/browser/people.ts';
import type { Login } from '../support/server.ts';

type Held = { current: Console };

describeConsole('signing in', (held) => {
  test('a generated password has to be changed, and then the address that was asked for opens', async () => {
    const made = await held.current.api('POST', '/users', { name: 'first-time' });
    const page = await held.current.open('/projects?department=1', { as: null });
    await fillSignIn(page, { username: 'first-time', password: String(made.password) });
    await page.getByRole('heading', { name: 'Set a password of your own' }).waitFor();
    await expectAccessible(page);
    await page.getByLabel('Present password').fill(String(made.password));
    await page.getByLabel(/^New password(?! again)/).fill('a password of my own 3');
    await page.getByLabel('New password again').fill('something else');
    await page.getByRole('button', { name: 'Set password' }).click();
    await page.getByText('The two are not the same.').waitFor();
    await page.getByLabel('New password again').fill('a password of my own 3');
    await page.getByRole('button', { name: 'Set password' }).click();
    await page.waitForURL('**/projects?department=1');
  });

  test('language and theme are chosen before the sign-in, and stay', async () => {
    const page = await held.current.open('/sign-in', { as: null });
    await page.getByRole('button', { name: 'Language: English' }).click();
    await page.getByRole('menuitemradio', { name: '简体中文' }).click();
    await page.getByRole('heading', { name: '登录' }).waitFor();
    await page.getByRole('button', { name: '主题: 跟随系统' }).click();
    await page.getByRole('menuitemradio', { name: '深色' }).click();
    await page.reload();
    await page.getByRole('heading', { name: '登录' }).waitFor();
    const scheme = page.locator('html[data-mantine-color-scheme=dark]');
    expect(await scheme.getAttribute('lang')).toBe('zh-CN');
    await expectAccessible(page);
  });

  test('a link to another site does not lead there', async () => {
    const page = await held.current.open('/sign-in?next=//example.com/', { as: null });
    await fillSignIn(page, held.current.admin);
    await page.waitForURL(`${held.current.server.origin}/images`);
  });

  test('what was typed survives the end of the session', async () => {
    const { admin } = held.current;
    const page = await held.current.open('/admin/departments');
    await page.getByRole('button', { name: 'Create department' }).click();
    await page.getByLabel('Name').fill('Typed before it ended');
    await endSessions(held, admin);
    await page.getByRole('button', { name: 'Create', exact: true }).click();
    const dialog = page.getByRole('dialog', { name: 'Your session has ended' });
    await dialog.waitFor();
    await expectAccessible(page);
    await dialog.getByLabel('User name').fill(admin.username);
    await dialog.locator('input[type=password]').fill(admin.password);
    await dialog.getByRole('button', { name: 'Sign in' }).click();
    await dialog.waitFor({ state: 'detached' });
    expect(await page.getByLabel('Name').inputValue()).toBe('Typed before it ended');
    await page.getByRole('button', { name: 'Create', exact: true }).click();
    await page.getByRole('link', { name: 'Typed before it ended' }).waitFor();
  });

  test('a password that was reset in the meantime has to be changed right after signing in again', async () => {
    const user = await makeUser(held.current, 'forgetful');
    const page = await held.current.open('/projects', { as: user });
    await page.getByText('No projects').waitFor();
    const { items } = await held.current.api<{ items: { id: number }[] }>(
      'GET',
      '/users?q=forgetful',
    );
    const path = `/users/${items[0]?.id}/password-reset`;
    const { password } = await held.current.api('POST', path);
    await page.getByRole('link', { name: 'Workspaces' }).click();
    const dialog = page.getByRole('dialog', { name: 'Your session has ended' });
    await dialog.getByLabel('User name').fill('forgetful');
    await dialog.locator('input[type=password]').fill(String(password));
    await dialog.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'Set a password of your own' }).waitFor();
  });
});

/** Ends every session of a user, as an admin elsewhere would. */
async function endSessions(held: Held, who: Login): Promise<void> {
  await held.current.api('DELETE', '/account/sessions', undefined, who);
}
