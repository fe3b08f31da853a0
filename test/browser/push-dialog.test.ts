import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import {
  type Console,
  describeConsole,
  expectAccessible,
  keepPicture,
} from '../support/browser/console.ts';
import { makeProject, makeUser, makeWorkspace } from '../support/browser/people.ts';
import { describeAsRoot } from '../support/clients/as-root.ts';
import { type Containerd, startContainerd } from '../support/clients/containerd.ts';
import { type Docker, startDocker } from '../support/clients/dockerd.ts';
import { imageOf } from '../support/clients/images.ts';
import { layerOf } from '../support/clients/layers.ts';
import { writeArchive } from '../support/clients/oci-layout.ts';
import { manifestStatus } from '../support/clients/remote.ts';
import { hold } from '../support/clients/setup.ts';
import { tarOf } from '../support/clients/tar.ts';

type Held = { current: Console };
const NOTE = [{ name: 'note.txt', bytes: Buffer.from('pushed by the page') }];

describeConsole('the commands of the push dialog', (held) => {
  describeAsRoot('with docker', ['docker', 'dockerd'], () => withDocker(held));
  describeAsRoot('with containerd', ['containerd', 'ctr'], () => withContainerd(held));
});

function withDocker(held: Held) {
  const engine = hold(startDocker, (docker: Docker) => docker.stop());

  test.each(['Log in;', 'Or log in'])('%s push what docker has', async (login) => {
    const docker = engine.current;
    const name = login.startsWith('Or') ? 'safe' : 'plain';
    await docker.run(['import', '-', `team/${name}:1.2`], tarOf(NOTE));
    const page = await openDialog(held);
    await page.getByLabel('Image on your machine').fill(`team/${name}:1.2`);
    await page.getByRole('tab', { name: 'Docker' }).click();
    for (const step of [login, 'Name the image', 'Push it']) {
      await docker.sh(await copyCommand(page, step));
    }
    expect(await manifestStatus(held.current.server, `library/${name}`, '1.2')).toBe(200);
    await docker.sh(`docker logout ${held.current.server.host}`);
  });
}

function withContainerd(held: Held) {
  const daemon = hold(startContainerd, (containerd: Containerd) => containerd.stop());

  test('push what containerd has', async () => {
    const containerd = daemon.current;
    const archive = containerd.path('note.tar');
    await writeArchive(archive, { latest: imageOf([layerOf('gzip', NOTE)]) });
    const base = 'docker.io/library/note';
    await containerd.run(['images', 'import', '--no-unpack', '--base-name', base, archive]);
    const page = await openDialog(held);
    await page.getByLabel('Image on your machine').fill('note');
    await page.getByLabel('Version (tag)').fill('from-ctr');
    for (const step of ['Name the image', 'Push it']) {
      await containerd.sh(await copyCommand(page, step));
    }
    expect(await manifestStatus(held.current.server, 'library/note', 'from-ctr')).toBe(200);
  });
}

describeConsole('the push dialog', (held) => {
  test('offers the projects that the user may push to, each with its own credential', async () => {
    const [first, second, third] = [
      await makeProject(held.current, 'First'),
      await makeProject(held.current, 'Second'),
      await makeProject(held.current, 'Third'),
    ];
    await makeWorkspace(held.current, first, 'first-one', 'private');
    await makeWorkspace(held.current, second, 'second-one', 'private');
    const mei = await makeUser(held.current, 'mei', [first, 'developer']);
    const add = (project: number, role: string) =>
      held.current.api('POST', `/projects/${project}/members`, { user: 'mei', role });
    await add(second, 'owner');
    await add(third, 'viewer');

    const page = await openDialog(held, mei);
    const dialog = page.getByRole('dialog', { name: 'Push image' });
    await dialog.getByText(`project-${first}`, { exact: true }).waitFor();
    expect(await dialog.getByRole('button', { name: 'Replace…' }).count()).toBe(0);
    await dialog.getByRole('combobox', { name: 'Project' }).click();
    expect(await page.getByRole('option').allTextContents()).toEqual([
      'Department of First / First',
      'Department of Second / Second',
    ]);
    await page.getByRole('option', { name: 'Second' }).click();
    await dialog.getByText(`project-${second}`, { exact: true }).waitFor();
    expect(await copyCommand(page, 'Push it')).toMatch(
      new RegExp(`-u project-${second}:orp_[0-9a-f]{40} .*/second-one/nginx:latest$`),
    );
  });

  test('shows the password only when asked, and an owner can replace it', async () => {
    const project = await makeProject(held.current, 'Replaced');
    await makeWorkspace(held.current, project, 'replaced', 'private');
    const owner = await makeUser(held.current, 'olga', [project, 'owner']);
    const read = () => held.current.api(`GET`, `/projects/${project}/credential`);
    const before = await read();

    const page = await openDialog(held, owner);
    const dialog = page.getByRole('dialog', { name: 'Push image' });
    await dialog.getByRole('button', { name: 'Show password' }).waitFor();
    expect(await dialog.textContent()).not.toContain(before.password);
    await dialog.getByRole('button', { name: 'Show password' }).click();
    expect(await dialog.textContent()).toContain(before.password);
    await dialog.getByRole('button', { name: 'Replace…' }).click();
    await page.getByText('image pull secrets of Kubernetes made from it').waitFor();
    await page.getByRole('button', { name: 'Replace', exact: true }).click();
    await page.getByText('The push credential of Replaced is a new one').waitFor();
    const after = await read();
    expect(after.password).not.toBe(before.password);
    expect(await dialog.textContent()).toContain(after.password);
  });

  test('tells a user who may not push anywhere what to do', async () => {
    const project = await makeProject(held.current, 'Seen');
    const viewer = await makeUser(held.current, 'vera', [project, 'viewer']);
    const page = await openDialog(held, viewer);
    await page.getByText('You cannot push to any project yet').waitFor();
  });

  test('shows no command for a name that clients reject', async () => {
    const page = await openDialog(held);
    await page.getByLabel('Image on your machine').fill('nginx;reboot');
    await page.getByText('Such as nginx:1.27, as your tool lists it.').waitFor();
    expect(await page.getByRole('dialog').getByRole('tab').count()).toBe(0);
  });

  test.each([
    ['en', 'light', 1280],
    ['zh', 'dark', 360],
  ] as const)('is accessible: %s, %s, %i wide', async (language, scheme, width) => {
    const page = await held.current.open('/help', { language, scheme, width });
    await page.getByRole('button', { name: /^Push/ }).click();
    for (const tab of ['Docker', 'Containerd']) {
      await page.getByRole('tab', { name: tab }).click();
      await expectAccessible(page);
      await keepPicture(page, `push-${tab.toLowerCase()}-${language}-${scheme}-${width}`);
    }
  });
});

async function openDialog(held: Held, as = held.current.admin): Promise<Page> {
  const page = await held.current.open('/help', { as });
  await page.getByRole('button', { name: 'Push image' }).click();
  return page;
}

/** What the copy button of a step puts on the clipboard. */
async function copyCommand(page: Page, step: string): Promise<string> {
  await page.getByRole('button', { name: `Copy: ${step}` }).click();
  return await page.evaluate(() => navigator.clipboard.readText());
}
