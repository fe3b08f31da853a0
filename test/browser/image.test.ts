import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { describeConsole, expectAccessible, keepPicture } from '../support/browser/console.ts';
import { setDescription } from '../support/browser/description.ts';
import { makeProject, makeUser, makeWorkspace } from '../support/browser/people.ts';
import { pushImage } from '../support/browser/push.ts';
import { imageOf } from '../support/clients/images.ts';
import { layerOfSize } from '../support/clients/layers.ts';
import type { Login } from '../support/server.ts';

const PATH = '/workspaces/payments/images/backend~api';

describeConsole("an image's page", (held) => {
  let developer: Login;
  let viewer: Login;

  beforeAll(async () => {
    const console = held.current;
    const project = await makeProject(console, 'Payments');
    await makeWorkspace(console, project, 'payments', 'private');
    developer = await makeUser(console, 'zhang.min', [project, 'developer']);
    viewer = await makeUser(console, 'li.na', [project, 'viewer']);
    for (const tag of ['1.0', '1.1', '1.2', 'old-1', 'old-2', 'old-3']) await push(tag, tag);
    await push('latest', 'first');
    await push('latest', 'second');
    await setDescription(console, 'payments/backend/api', '# API\n\nTakes **card payments**.');
  });

  const push = (tag: string, seed: string) => {
    const image = imageOf([layerOfSize('gzip', 70_000, seed)]);
    return pushImage(held.current.server, 'payments/backend/api', tag, image, developer);
  };

  const tags = (page: Page) => page.getByRole('table', { name: 'Versions' }).locator('tbody a');
  const copied = (page: Page) => page.evaluate(() => navigator.clipboard.readText());

  test('shows its address, its description and its pulls', async () => {
    const { server } = held.current;
    const answer = await fetch(`${server.origin}/v2/payments/backend/api/manifests/1.0`, {
      headers: { authorization: `Basic ${btoa(`${developer.username}:${developer.password}`)}` },
    });
    expect(answer.status).toBe(200);
    const page = await held.current.open(PATH, { as: viewer });
    await page.getByRole('heading', { level: 1, name: 'backend/api' }).waitFor();
    await page.getByRole('button', { name: 'Copy: Address' }).click();
    expect(await copied(page)).toBe(`${server.host}/payments/backend/api`);
    await page.getByText('Takes card payments.').waitFor();
    const here = page.getByRole('navigation').locator('[aria-current=page]');
    expect(await here.allTextContents()).toEqual(['Images']);
    const recent = async () => {
      await page.reload();
      return await page
        .getByText(/ in the last 30 days$/)
        .first()
        .textContent();
    };
    // A pull is in the database within half a minute.
    await expect.poll(recent, { timeout: 60_000, interval: 1000 }).toBe('1 in the last 30 days');
    const days = page.getByRole('table', { name: 'Pulls on each of the last 30 days' });
    expect(await days.locator('tbody tr').count()).toBe(30);
    expect(await days.locator('tbody tr').last().locator('td').last().textContent()).toBe('1');
    expect(await page.getByRole('button', { name: /^(Edit|Delete|Push image)$/ }).count()).toBe(0);
  });

  test('its versions are sorted, and the command to pull each is copied for every client', async () => {
    const page = await held.current.open(PATH, { as: developer });
    await expect.poll(() => tags(page).first().textContent()).toBe('latest');
    await page.getByRole('button', { name: 'Sort by Version' }).click();
    await expect.poll(() => tags(page).first().textContent()).toBe('1.0');
    const { host } = held.current.server;
    const address = `${host}/payments/backend/api:1.0`;
    const commands: [string, string][] = [
      ['Docker', `docker pull ${address}`],
      ['containerd (ctr)', `ctr -n k8s.io image pull --plain-http -u zhang.min ${address}`],
      ['Podman', `podman pull --tls-verify=false ${address}`],
      ['Kubernetes: image', `image: ${address}`],
    ];
    for (const [client, command] of commands) {
      await page.getByRole('button', { name: 'Copy a command to pull 1.0' }).click();
      await page.getByRole('menuitem', { name: client }).click();
      await page.getByText(`Copied for ${client}`).waitFor();
      expect(await copied(page)).toBe(command);
    }
  });

  test('a search finds versions by prefix', async () => {
    const page = await held.current.open(PATH, { as: developer });
    const search = page.getByLabel('Find versions by how they begin');
    await search.fill('1.');
    await expect.poll(() => tags(page).allTextContents()).toEqual(['1.0', '1.1', '1.2']);
    expect(page.url()).toContain('?q=1.');
    await search.fill('none');
    await page.getByText('No version begins so').waitFor();
    await search.fill('');
    await expect.poll(() => tags(page).first().textContent()).toBe('latest');
  });

  test('one version or several are selected, confirmed by name, deleted and restored', async () => {
    const page = await held.current.open(PATH, { as: developer });
    await page.getByRole('checkbox', { name: 'old-1' }).check();
    await page.getByRole('checkbox', { name: 'old-2' }).check();
    await page.getByText('2 selected').waitFor();
    await page.getByRole('button', { name: 'Delete' }).last().click();
    const dialog = page.getByRole('dialog', { name: 'Delete 2 versions?' });
    await dialog.getByText('backend/api:old-2').waitFor();
    await dialog.getByRole('button', { name: 'Delete' }).click();
    await page.getByText('Deleted: backend/api:old-2 and 1 more').waitFor();
    await expect.poll(() => tags(page).allTextContents()).not.toContain('old-1');
    await page.getByRole('button', { name: 'Undo' }).click();
    await expect.poll(() => tags(page).allTextContents()).toContain('old-1');
    await page.getByRole('button', { name: 'More actions: old-3' }).click();
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await page.getByText('Deleted: backend/api:old-3').waitFor();
  });

  test('a tag is restored to earlier content, also after it was deleted', async () => {
    await push('moved', 'moved once');
    await push('moved', 'moved twice');
    const page = await held.current.open(`${PATH}?tab=history&q=mov`, { as: developer });
    const list = page.getByRole('table', { name: 'History' });
    await list.getByRole('link', { name: 'moved' }).click();
    const restore = page.getByRole('button', { name: /^Restore sha256:/ });
    const digest = (await restore.getAttribute('aria-label'))?.replace('Restore ', '') ?? '';
    await restore.click();
    await page.getByRole('dialog').getByRole('button', { name: 'Restore' }).click();
    await page.getByText(`moved points at ${digest}`).waitFor();
    await held.current.api('DELETE', '/workspaces/payments/images/backend%2Fapi/versions/moved');
    await page.getByRole('link', { name: 'All versions' }).click();
    await page.reload();
    await list.getByRole('row', { name: /moved/ }).getByText('Deleted').waitFor();
    await list.getByRole('link', { name: 'moved' }).click();
    await page
      .getByRole('button', { name: `Restore ${digest}` })
      .first()
      .click();
    await page.getByRole('dialog').getByText('It was deleted.').waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Restore' }).click();
    await expect.poll(() => page.getByText('Now', { exact: true }).count()).toBe(1);
  });

  test('a viewer sees the history, but cannot restore', async () => {
    const page = await held.current.open(`${PATH}?tab=history&tag=latest`, { as: viewer });
    await page.getByText('Now', { exact: true }).waitFor();
    expect(await page.getByRole('button', { name: /Restore/ }).count()).toBe(0);
  });

  test('an image that does not exist is reported as such', async () => {
    const page = await held.current.open('/workspaces/payments/images/none', { as: viewer });
    await page.getByText('There is nothing here').waitFor();
  });

  test('the whole image is deleted after a confirmation', async () => {
    const image = imageOf([layerOfSize('gzip', 1000, 'doomed')]);
    await pushImage(held.current.server, 'payments/doomed', '1', image, developer);
    const path = '/workspaces/payments/images/doomed';
    const page = await held.current.open(path, { as: developer });
    await page.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('dialog').getByText('payments/doomed').waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await page.getByText('Deleted: payments/doomed').waitFor();
    await page.waitForURL('**/images');
  });

  test.each([
    ['en', 'light', 1280],
    ['zh', 'dark', 360],
  ] as const)('is accessible in %s, %s, %i wide', async (language, scheme, width) => {
    const options = { language, scheme, width } as const;
    for (const tab of ['versions', 'history', 'about', 'history&tag=latest']) {
      const page = await held.current.open(`${PATH}?tab=${tab}`, options);
      await page.getByRole('heading', { name: 'API', exact: true }).waitFor();
      await expectAccessible(page);
      const fits = await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth);
      expect(fits, 'nothing is wider than the screen').toBe(true);
      await keepPicture(page, `image-${tab.replace(/\W/g, '-')}-${language}-${scheme}-${width}`);
    }
  });
});
