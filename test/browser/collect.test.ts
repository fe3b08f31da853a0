import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { describeConsole, expectAccessible, keepPicture } from '../support/browser/console.ts';
import { makeProject, makeUser, makeWorkspace } from '../support/browser/people.ts';
import { pushImage } from '../support/browser/push.ts';
import { type Image, imageOf } from '../support/clients/images.ts';
import { layerOfSize } from '../support/clients/layers.ts';
import { writeLayout } from '../support/clients/oci-layout.ts';
import { run } from '../support/clients/run.ts';
import { useScratch } from '../support/clients/setup.ts';
import type { Login } from '../support/server.ts';
import { describeWithTools, toolPath } from '../support/tools.ts';

const MIB = 1024 * 1024;

/** A collection leaves objects in place until no pull can have found their keys, in ms. */
const LONGEST_RUN = 150_000;

describeConsole('collecting garbage', (held) => {
  let project: number;
  let developer: Login;

  beforeAll(async () => {
    project = await makeProject(held.current, 'Payments');
    developer = await makeUser(held.current, 'zhang.min', [project, 'developer']);
  });

  const imageFor = (name: string) => imageOf([layerOfSize('gzip', 3 * MIB, name)]);
  const remove = (workspace: string, image: string) =>
    held.current.api('DELETE', `/workspaces/${workspace}/images/${image}`);

  const openCollection = async (page: Page) => {
    await page.getByRole('button', { name: 'Run garbage collection' }).first().click();
    return page.getByRole('dialog');
  };

  describeWithTools('of what skopeo pushed', ['skopeo'], () => {
    const scratch = useScratch();

    const push = async (name: string, image: Image) => {
      const folder = await writeLayout(scratch.current.path(name), { v1: image });
      const { host } = held.current.server;
      const creds = `${developer.username}:${developer.password}`;
      const options = ['--dest-tls-verify=false', '--dest-creds', creds];
      const target = `docker://${host}/${name}:v1`;
      const args = ['--insecure-policy', 'copy', ...options, `oci:${folder}:v1`, target];
      const env = { HOME: scratch.current.path('home'), _CONTAINERS_ROOTLESS_UID: '1000' };
      await run(toolPath('skopeo'), args, { env });
    };

    test(
      'an image is deleted, the trash emptied, and its bytes are free',
      async () => {
        await makeWorkspace(held.current, project, 'freed', 'private');
        await push('freed/api', imageFor('freed'));
        const page = await held.current.open('/workspaces/freed', { as: developer });
        await page.getByRole('button', { name: 'More actions: api' }).click();
        await page.getByRole('menuitem', { name: 'Delete' }).click();
        await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
        await page.getByRole('heading', { name: 'No images in this workspace yet' }).waitFor();
        await page.getByRole('tab', { name: 'Collections' }).click();
        const dialog = await openCollection(page);
        await dialog.getByText('It can still be restored from the trash').waitFor();
        await dialog.getByText('0 objects').waitFor();
        await dialog.getByRole('checkbox', { name: /Empty the trash/ }).check();
        await dialog.getByText('3.1 MB').first().waitFor();
        await expectAccessible(page);
        await keepPicture(page, 'collect-preview');
        await dialog.getByRole('button', { name: 'Run', exact: true }).click();
        await dialog.getByText('Freed', { exact: true }).waitFor({ timeout: LONGEST_RUN });
        await dialog.getByText('3.1 MB').waitFor();
        await keepPicture(page, 'collect-result');
        await dialog.getByRole('button', { name: 'Close' }).last().click();
        const row = page.getByRole('row', { name: /zhang\.min/ });
        await row.getByText('3.1 MB').waitFor();
        await row.getByText('Done').waitFor();
      },
      2 * LONGEST_RUN,
    );
  });

  test('what the trash holds is kept, and restored whole after a collection', async () => {
    await makeWorkspace(held.current, project, 'kept', 'private');
    const { server, admin } = held.current;
    await pushImage(server, 'kept/api', 'v1', imageFor('kept'), admin);
    await remove('kept', 'api');
    const page = await held.current.open('/workspaces/kept?tab=collections', { as: developer });
    const dialog = await openCollection(page);
    await dialog.getByRole('button', { name: 'Run', exact: true }).click();
    await dialog.getByText('Freed', { exact: true }).waitFor();
    await dialog.getByText('It can still be restored from the trash').waitFor();
    await page.goto(`${server.origin}/trash`);
    await page.getByRole('button', { name: 'More actions: kept/api' }).click();
    await page.getByRole('menuitem', { name: 'Restore' }).click();
    await page.getByText('Restored: kept/api').waitFor();
    const pulled = await fetch(`${server.origin}/v2/kept/api/manifests/v1`, {
      headers: { authorization: `Basic ${btoa(`${admin.username}:${admin.password}`)}` },
    });
    expect(pulled.status).toBe(200);
  });

  test('closed during a run, the dialog shows the same run when opened again', async () => {
    await makeWorkspace(held.current, project, 'slow', 'private');
    const page = await held.current.open('/workspaces/slow?tab=collections', { as: developer });
    // Keeps the run as it was at its beginning for as long as the test needs.
    await page.route('**/workspaces/slow/collections**', async (route) => {
      const answer = await route.fetch();
      const told = await answer.text();
      const body = told.replaceAll('"state":"done"', '"state":"running"');
      await route.fulfill({ response: answer, body });
    });
    const dialog = await openCollection(page);
    await dialog.getByRole('button', { name: 'Run', exact: true }).click();
    await dialog.getByText('Freed so far').waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
    await openCollection(page);
    await dialog.getByText('Freed so far').waitFor();
    await page.unroute('**/workspaces/slow/collections**');
    await dialog.getByText('Freed', { exact: true }).waitFor();
  });

  test.each([
    ['en', 'dark', 1280],
    ['zh', 'light', 360],
  ] as const)('its tab is accessible: %s, %s, %i wide', async (language, scheme, width) => {
    const workspace = `tab-${language}`;
    await makeWorkspace(held.current, project, workspace, 'private');
    await held.current.api('POST', `/workspaces/${workspace}/collections`, { emptyTrash: false });
    const path = `/workspaces/${workspace}?tab=collections`;
    const page = await held.current.open(path, { language, scheme, width });
    await page.getByRole('table').getByText('admin').waitFor();
    await expectAccessible(page);
    await keepPicture(page, `collections-${language}-${scheme}-${width}`);
    await page.getByRole('table').getByRole('button').click();
    await page
      .getByRole('dialog')
      .getByText(language === 'en' ? 'Freed' : '已释放')
      .waitFor();
    await expectAccessible(page);
  });
});
