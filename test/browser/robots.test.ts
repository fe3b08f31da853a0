/** Robots of a project, and temporary logins, in the console. */
import { expect, test } from 'vitest';
import { describeConsole, expectAccessible, keepPicture } from '../support/browser/console.ts';

interface Robot {
  readonly name: string;
  readonly mayPush: boolean;
  readonly disabled: boolean;
}

describeConsole('the robots of a project', (held) => {
  const robots = async () =>
    (await held.current.api<{ items: Robot[] }>('GET', '/projects/1/robots')).items;

  test('one is created, its secret shown once, then it is disabled, rotated and deleted', async () => {
    const page = await held.current.open('/projects/1?tab=robots');
    await page.getByText('No robots yet').waitFor();
    await page.getByRole('button', { name: 'Create robot' }).first().click();
    const form = page.getByRole('dialog');
    await form.getByLabel('Name').fill('Cluster');
    await form.getByRole('button', { name: 'Create' }).click();
    await form.getByText('at most 64').waitFor();
    await form.getByLabel('Name').fill('cluster');
    await form.getByRole('radio', { name: 'Pull and push' }).check();
    await expectAccessible(page);
    await form.getByRole('button', { name: 'Create' }).click();
    await page.getByText(/^orr_/).waitFor();
    await page.getByText('project-1+cluster', { exact: true }).waitFor();
    await expectAccessible(page);
    await keepPicture(page, 'robot-secret');
    await page.getByRole('button', { name: 'I have kept it' }).click();
    expect(await robots()).toMatchObject([{ name: 'cluster', mayPush: true, disabled: false }]);
    const choose = async (entry: string) => {
      await page.getByRole('button', { name: 'More actions: cluster' }).click();
      await page.getByRole('menuitem', { name: entry }).click();
    };
    await choose('Disable');
    await page.getByText('cluster is disabled').waitFor();
    expect(await robots()).toMatchObject([{ disabled: true }]);
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByText('cluster is enabled').waitFor();
    await choose('Edit');
    await page.getByRole('radio', { name: 'Pull', exact: true }).check();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('cluster is saved').waitFor();
    expect(await robots()).toMatchObject([{ mayPush: false, disabled: false }]);
    await choose('Replace the secret');
    await page.getByRole('dialog').getByRole('button', { name: 'Replace the secret' }).click();
    await page.getByText(/^orr_/).waitFor();
    await page.getByRole('button', { name: 'I have kept it' }).click();
    await choose('Delete');
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await page.getByText('No robots yet').waitFor();
  });

  test('the Push dialog makes a temporary login, which the account page lists and ends', async () => {
    const page = await held.current.open('/help');
    await page.getByRole('button', { name: 'Push image' }).click();
    const section = page.getByRole('region', { name: 'Temporary login' });
    await section.getByRole('button', { name: 'Create commands' }).click();
    for (const client of ['docker', 'podman', 'nerdctl', 'helm', 'ctr']) {
      await section.getByRole('button', { name: client }).waitFor();
    }
    await section.getByText(/\| docker login .* -u admin --password-stdin/).waitFor();
    await expectAccessible(page);
    await section.scrollIntoViewIfNeeded();
    await keepPicture(page, 'temporary-login');
    await page.goto(new URL('/account?tab=sessions', page.url()).href);
    await page.getByRole('button', { name: /Temporary login/ }).click();
    await page.getByText('No docker logins').waitFor();
  });

  test.each([
    ['en', 'dark', 360],
    ['zh', 'light', 360],
  ] as const)('in %s, %s, %i px wide the tab and its form fit', async (language, scheme, width) => {
    await held.current.api('POST', '/projects/1/robots', { name: `pipeline-${language}` });
    const page = await held.current.open('/projects/1?tab=robots', { language, scheme, width });
    await page.getByText(`pipeline-${language}`).waitFor();
    await expectAccessible(page);
    await keepPicture(page, `robots-${language}`);
    await page.getByRole('button', { name: /Create robot|创建机器人账号/ }).click();
    await page.getByRole('dialog').waitFor();
    await expectAccessible(page);
    await keepPicture(page, `robot-form-${language}`);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(wide).toBeLessThanOrEqual(width);
  });
});
