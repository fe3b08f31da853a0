import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { findDatabase } from '../../scripts/lib/local-database.ts';
import {
  type Console,
  describeConsole,
  expectAccessible,
  keepPicture,
} from '../support/browser/console.ts';
import { makeProject, makeUser, makeWorkspace } from '../support/browser/people.ts';

type Held = { current: Console };
const NEW = 'another password of mine 5';

describeConsole('my account', (held) => {
  test('changes the password, and rejects a wrong current one', async () => {
    const user = await makeUser(held.current, 'changes');
    const page = await held.current.open('/account', { as: user });
    const set = page.getByRole('button', { name: 'Set password' });
    await page.getByLabel('Present password').fill('not the present one');
    await page.getByLabel(/^New password(?! again)/).fill(NEW);
    await page.getByLabel('New password again').fill(NEW);
    await set.click();
    await page.getByRole('alert').waitFor();
    await page.getByLabel('Present password').fill(user.password);
    await set.click();
    await page.getByText('The password is set; the other sessions have ended').waitFor();
    const me = await held.current.api('GET', '/session', undefined, { ...user, password: NEW });
    expect(me.name).toBe('changes');
  });

  test('lists the sessions, and signs out of the others', async () => {
    const user = await makeUser(held.current, 'everywhere');
    const elsewhere = await held.current.open('/images', { as: user });
    await held.current.open('/images', { as: user });
    const page = await held.current.open('/account?tab=sessions', { as: user });
    const rows = page.getByRole('row').filter({ hasText: 'Chrome · Linux' });
    await rows.nth(2).waitFor();
    expect(await rows.filter({ hasText: 'this one' }).count()).toBe(1);
    await page.getByRole('button', { name: 'Sign out: Chrome · Linux' }).first().click();
    await page.getByText('Signed out: Chrome · Linux').waitFor();
    await page.getByRole('button', { name: 'Sign out everywhere else' }).click();
    await page.getByText('Signed out everywhere else').waitFor();
    await rows.nth(1).waitFor({ state: 'detached' });
    await elsewhere.goto(`${held.current.server.origin}/projects`);
    await elsewhere.getByRole('heading', { name: 'Sign in' }).waitFor();
  });

  test('creates an access token that is shown once, works in its workspaces only, and is revoked', async () => {
    const project = await makeProject(held.current, 'Tokens');
    await makeWorkspace(held.current, project, 'tokens-in', 'private');
    await makeWorkspace(held.current, project, 'tokens-out', 'private');
    const user = await makeUser(held.current, 'robot', [project, 'developer']);
    const page = await held.current.open('/account?tab=tokens', { as: user });
    await page.getByRole('button', { name: 'Create access token' }).first().click();
    await page.getByLabel('Name').fill('CI of tokens');
    await page.getByRole('combobox', { name: 'Workspaces' }).click();
    await page.getByRole('option', { name: 'tokens-in' }).click();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Create', exact: true }).click();
    await page.getByRole('dialog', { name: 'The access token CI of tokens' }).waitFor();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Copy: Access token' }).click();
    const secret = await page.evaluate(() => navigator.clipboard.readText());
    expect(secret).toMatch(/^orlop_/);
    await page.getByRole('button', { name: 'Copy: docker login' }).click();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(
      `echo ${secret} | docker login ${held.current.server.host} -u robot --password-stdin`,
    );
    await page.getByRole('button', { name: 'I have kept it' }).click();
    expect(await page.getByText(secret).count()).toBe(0);
    expect(await statusOf(held, secret, 'tokens-in')).toBe(200);
    expect(await statusOf(held, secret, 'tokens-out')).toBe(404);

    await page.getByRole('button', { name: 'Revoke: CI of tokens' }).click();
    await page.getByRole('button', { name: 'Revoke', exact: true }).click();
    await page.getByText('CI of tokens is revoked').waitFor();
    await page.getByText('No access tokens yet').waitFor();
    expect(await statusOf(held, secret, 'tokens-in')).toBe(401);
  });

  test('lists the docker logins, and ends one', async () => {
    const user = await makeUser(held.current, 'dockerist');
    const authorization = `Basic ${btoa(`${user.username}:${user.password}`)}`;
    const headers = { authorization, 'user-agent': 'docker/29.1.0 go/go1.25 os/linux' };
    const url = `${held.current.server.origin}/v2/token?offline_token=true`;
    expect((await fetch(url, { headers })).status).toBe(200);
    const page = await held.current.open('/account?tab=sessions', { as: user });
    const row = page.getByRole('table', { name: 'Docker logins' }).getByRole('row');
    await row.filter({ hasText: '127.0.0.1' }).getByText('docker').waitFor();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'End: docker' }).click();
    await page.getByText('No docker logins').waitFor();
  });

  test('asks for the password again when the sign-in is old, and continues', async () => {
    const user = await makeUser(held.current, 'long-signed-in');
    const page = await held.current.open('/account?tab=tokens', { as: user });
    const database = new DatabaseSync(findDatabase(held.current.server.state) ?? '');
    database.exec('PRAGMA busy_timeout = 10000');
    database.exec('UPDATE sessions SET created_at = created_at - 16 * 60000');
    database.close();
    await page.getByRole('button', { name: 'Create access token' }).first().click();
    await page.getByLabel('Name').fill('made later');
    await page.getByRole('button', { name: 'Create', exact: true }).click();
    const again = page.getByRole('dialog', { name: 'Give your password again' });
    await again.getByRole('textbox', { name: 'Password' }).fill('not my password');
    await again.getByRole('button', { name: 'Continue' }).click();
    await again.getByText('The password is not right.').waitFor();
    await expectAccessible(page);
    await again.getByRole('textbox', { name: 'Password' }).fill(user.password);
    await again.getByRole('button', { name: 'Continue' }).click();
    await page.getByRole('dialog', { name: 'The access token made later' }).waitFor();
  });

  test('revokes the access tokens with a password change, if that is chosen', async () => {
    const user = await makeUser(held.current, 'suspicious');
    const token = { name: 'one', rights: ['read'] };
    await held.current.api('POST', '/account/tokens', token, user);
    const page = await held.current.open('/account', { as: user });
    await page.getByLabel('Present password').fill(user.password);
    await page.getByLabel(/^New password(?! again)/).fill(NEW);
    await page.getByLabel('New password again').fill(NEW);
    await page.getByLabel('Revoke all my access tokens, too').check();
    await page.getByRole('button', { name: 'Set password' }).click();
    await page.getByText('The password is set; the other sessions have ended').waitFor();
    await page.getByRole('tab', { name: 'Access tokens' }).click();
    await page.getByText('No access tokens yet').waitFor();
  });

  test('changes the language at once', async () => {
    const page = await held.current.open('/account?tab=preferences');
    await page.getByRole('radio', { name: '简体中文' }).click();
    await page.getByRole('heading', { name: '我的账号' }).waitFor();
  });

  test.each([
    ['password', 'en', 'light', 1280],
    ['sessions', 'zh', 'dark', 360],
    ['tokens', 'en', 'dark', 360],
    ['preferences', 'zh', 'light', 1280],
  ] as const)('%s is accessible: %s, %s, %i wide', async (tab, language, scheme, width) => {
    const page = await held.current.open(`/account?tab=${tab}`, { language, scheme, width });
    await page.getByRole('tabpanel').waitFor();
    await page.waitForLoadState('networkidle');
    await expectAccessible(page);
    await keepPicture(page, `account-${tab}-${language}-${scheme}-${width}`);
  });
});

/** The status of the API's response about a workspace, for an access token. */
async function statusOf(held: Held, secret: string, workspace: string): Promise<number> {
  const { origin } = held.current.server;
  const headers = { authorization: `Bearer ${secret}` };
  return (await fetch(`${origin}/api/v1/workspaces/${workspace}`, { headers })).status;
}
