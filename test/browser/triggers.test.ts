/** Triggers in the console, of a project and of a workspace. */
import { expect, test } from 'vitest';
import { describeConsole, expectAccessible, keepPicture } from '../support/browser/console.ts';
import { makeUser } from '../support/browser/people.ts';

interface Trigger {
  readonly name: string;
  readonly workspace: string | null;
  readonly tags: string[];
  readonly hasSecret: boolean;
  readonly action: { readonly method: string; readonly url: string };
}

describeConsole('the triggers of a project', (held) => {
  test('a preset fills the form, the API’s refusals stand at their fields, and the signing secret is shown once', async () => {
    const page = await held.current.open('/projects/1?tab=triggers');
    await page.getByText('No triggers').waitFor();
    await page.getByRole('button', { name: 'Create a trigger' }).first().click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('deploy');
    await dialog.getByRole('combobox', { name: 'Preset' }).click();
    await page.getByRole('option', { name: 'Kubernetes: image of a Deployment' }).click();
    const address = dialog.getByLabel('Address');
    expect(await address.inputValue()).toContain('/deployments/app');
    await address.fill('https://10.0.0.1/apis');
    await dialog.getByRole('combobox', { name: 'Tags' }).fill('v*');
    await dialog.getByRole('combobox', { name: 'Tags' }).press('Enter');
    await dialog.getByLabel('Secret', { exact: true }).fill('a-token');
    await dialog.getByRole('button', { name: 'Create' }).click();
    await dialog.getByText('the host must be a name, not an IP address').waitFor();
    await expectAccessible(page);
    await address.fill('https://kubernetes.example.com/apis');
    await dialog.getByRole('button', { name: 'Create' }).click();
    await page.getByText('Signing secret of deploy').waitFor();
    await page.getByText(/whsec_/).waitFor();
    await page.getByRole('button', { name: 'I have kept it' }).click();
    await page.getByRole('row', { name: /deploy/ }).waitFor();
    await keepPicture(page, 'triggers');
    const { items } = await held.current.api<{ items: Trigger[] }>('GET', '/projects/1/triggers');
    expect(items).toMatchObject([
      { name: 'deploy', workspace: null, tags: ['v*'], hasSecret: true },
    ]);
    expect(items[0]?.action).toMatchObject({ method: 'PATCH' });
  });

  test('a test is sent, and the log shows what came of it', async () => {
    const page = await held.current.open('/workspaces/library?tab=triggers');
    await page.getByRole('button', { name: 'Deliveries of deploy' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('Nothing has been sent yet.').waitFor();
    await dialog.getByRole('button', { name: 'Send a test' }).click();
    await dialog.getByText(/no connection: the name is unknown/).waitFor();
    await dialog.getByRole('button', { name: 'Request and answer' }).click();
    await dialog.getByText('authorization: Bearer ***').waitFor();
    await expectAccessible(page);
    await keepPicture(page, 'trigger-log');
  });

  test('a trigger is edited without its secret, and deleted', async () => {
    const page = await held.current.open('/projects/1?tab=triggers');
    await page.getByRole('button', { name: 'Edit trigger deploy' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('switch', { name: 'Send requests' }).click();
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Trigger deploy was saved').waitFor();
    await page.getByRole('row', { name: /deploy Off/ }).waitFor();
    const { items } = await held.current.api<{ items: Trigger[] }>('GET', '/projects/1/triggers');
    expect(items).toMatchObject([{ hasSecret: true }]);
    await page.getByRole('button', { name: 'Deliveries of deploy' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    const question = page.getByRole('dialog', { name: 'Delete trigger deploy?' });
    await question.getByRole('button', { name: 'Delete' }).click();
    await page.getByText('Trigger deploy was deleted').waitFor();
    await page.getByText('No triggers').waitFor();
  });

  test('developers see no triggers', async () => {
    const developer = await makeUser(held.current, 'zhang.min', [1, 'developer']);
    const page = await held.current.open('/projects/1', { as: developer });
    await page.getByRole('tab', { name: 'Members' }).waitFor();
    expect(await page.getByRole('tab', { name: 'Triggers' }).count()).toBe(0);
  });

  test.each([
    ['en', 'dark', 360],
    ['zh', 'light', 360],
  ] as const)(
    'in %s, %s, %i px wide the form is accessible and fits',
    async (language, scheme, width) => {
      const page = await held.current.open('/projects/1?tab=triggers', { language, scheme, width });
      await page
        .getByRole('button', { name: /Create a trigger|创建触发器/ })
        .first()
        .click();
      await page.getByRole('dialog').waitFor();
      await expectAccessible(page);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      expect(wide).toBeLessThanOrEqual(width);
      await keepPicture(page, `trigger-form-${language}-${width}`);
    },
  );
});
