import { writeFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { describeConsole, expectAccessible, keepPicture } from '../support/browser/console.ts';
import { pushImage } from '../support/browser/push.ts';
import { chooseFiles, startUpload as startIn } from '../support/browser/upload-dialog.ts';
import { randomBytes } from '../support/clients/bytes.ts';
import { writeDockerArchive } from '../support/clients/docker-archive.ts';
import { imageOf, indexOf } from '../support/clients/images.ts';
import { layerOf, layerOfSize } from '../support/clients/layers.ts';
import { writeArchive } from '../support/clients/oci-layout.ts';
import type { Exchange } from '../support/clients/proxy.ts';
import { digestsOf, remoteContents } from '../support/clients/remote.ts';
import { throughProxy, useScratch } from '../support/clients/setup.ts';
import { tarOf } from '../support/clients/tar.ts';

const MIB = 1024 * 1024;
/** A packed layer whose one file does not compress. */
const large = (size: number, name: string) =>
  layerOf('gzip', [{ name, bytes: randomBytes(size, name) }]);
const file = (name: string, size = 100) => ({ name, bytes: Buffer.alloc(size, name) });

describeConsole('uploading an image in the page', (held) => {
  const scratch = useScratch();

  const choose = (path: string | readonly string[], options = {}) =>
    chooseFiles(held.current, path, options);

  async function finish(page: Page, seconds = 60): Promise<void> {
    const done = page.getByRole('button', { name: 'Done' });
    await done.waitFor({ timeout: seconds * 1000 });
    await done.click();
  }

  test('an archive of docker save keeps its name, its version and its image', async () => {
    const path = scratch.current.path('saved.tar');
    const id = await writeDockerArchive(path, 'example.com/team/saved:2.1', [
      layerOf('tar', [file('a'), file('b')]),
    ]);
    const page = await choose(path);
    await page.getByLabel('Image name').waitFor();
    expect(await page.getByLabel('Image name').inputValue()).toBe('team/saved');
    expect(await page.getByLabel('Version', { exact: true }).inputValue()).toBe('2.1');
    await expectAccessible(page);
    await keepPicture(page, 'upload-chosen');
    await startIn(page);
    await finish(page);
    await page.getByText('Uploaded: library/team/saved:2.1').waitFor();
    const contents = await remoteContents(held.current.server, 'library/team/saved', '2.1');
    expect(contents[1]).toBe(id);
  });

  test('an archive of several platforms keeps its digest under another name', async () => {
    const images = (['amd64', 'arm64'] as const).map((architecture) =>
      imageOf([layerOf('gzip', [file(architecture)])], { os: 'linux', architecture }),
    );
    const index = indexOf(images);
    const path = await writeArchive(scratch.current.path('multi.tar'), { latest: index });
    const page = await choose(path, { language: 'zh', scheme: 'dark' });
    await page.getByText('linux/arm64').waitFor();
    await page.getByLabel('镜像名称').fill('multi');
    await page.getByLabel('镜像版本', { exact: true }).fill('v1');
    await expectAccessible(page);
    await keepPicture(page, 'upload-chosen-zh-dark');
    await page.getByRole('button', { name: '上传', exact: true }).click();
    await page.getByText('已上传：library/multi:v1').waitFor();
    const contents = await remoteContents(held.current.server, 'library/multi', 'v1');
    expect(contents.sort()).toEqual(digestsOf(index).sort());
  });

  test('an existing version is overwritten only after a warning, and its history keeps it', async () => {
    const { server } = held.current;
    await pushImage(server, 'library/twice', 'v1', imageOf([layerOf('gzip', [file('old')])]));
    const path = scratch.current.path('twice.tar');
    await writeDockerArchive(path, 'twice:v1', [layerOf('tar', [file('new')])]);
    const page = await choose(path);
    await page.getByText('library/twice:v1 exists already').waitFor();
    await startIn(page);
    await finish(page);
    const image = '/workspaces/library/images/twice';
    const history = await held.current.api<{ items: unknown[] }>(
      'GET',
      `${image}/versions/v1/history`,
    );
    expect(history.items).toHaveLength(2);
  });

  test.each([
    ['no archive', Buffer.from('# not an archive\n'.repeat(100)), 'This is not a tar archive'],
    ['no image', tarOf([file('readme.txt')]), 'There is no image in the archive'],
    ['cut short', tarOf([file('a', 5000)]).subarray(0, 3000), 'The archive ends too early'],
  ])('a file with %s is rejected with an explanation', async (name, bytes, sentence) => {
    const path = scratch.current.path(`${name.replace(' ', '-')}.tar`);
    await writeFile(path, bytes);
    const page = await choose(path);
    await page.getByRole('alert').getByText(sentence).waitFor();
    expect(await page.getByRole('button', { name: 'Upload', exact: true }).isDisabled()).toBe(true);
  });

  test('a file above the limit of the platform is rejected, and the dialog shows the limit', async () => {
    await held.current.api('PATCH', '/settings', { uploadLimitBytes: 2 * MIB });
    const path = scratch.current.path('above.tar');
    await writeDockerArchive(path, 'above:v1', [layerOfSize('tar', 3 * MIB, 'above')]);
    const page = await choose(path);
    await page.getByText('up to 2.1 MB a file').waitFor();
    await page.getByRole('alert').getByText('larger than the 2.1 MB that are allowed').waitFor();
    await held.current.api('PATCH', '/settings', { uploadLimitBytes: 2048 * MIB });
  });

  test('several files are uploaded one after another', async () => {
    const paths = await Promise.all(
      ['one', 'two', 'three'].map(async (name) => {
        const path = scratch.current.path(`several-${name}.tar`);
        await writeDockerArchive(path, `several-${name}:v1`, [layerOf('tar', [file(name)])]);
        return path;
      }),
    );
    const page = await choose(paths);
    await page
      .getByRole('region', { name: 'several-three.tar' })
      .getByText('1 layer')
      .first()
      .waitFor();
    await startIn(page);
    await finish(page);
    for (const name of ['one', 'two', 'three']) {
      await remoteContents(held.current.server, `library/several-${name}`, 'v1');
    }
  });

  test('a layer larger than the edge accepts in one request is sent in chunks', async () => {
    const path = scratch.current.path('beyond.tar');
    await writeDockerArchive(path, 'beyond:v1', [large(150 * MIB, 'beyond')]);
    const bodyLimit = 100_000_000;
    await throughProxy(held.current.server, { bodyLimit }, async ({ host, exchanges }) => {
      const page = await choose(path, { origin: `http://${host}` });
      await page.getByLabel('Image name').waitFor();
      await startIn(page);
      await finish(page, 110);
      expect(exchanges.filter(({ status }) => status === 413)).toEqual([]);
      await page.close();
    });
    await remoteContents(held.current.server, 'library/beyond', 'v1');
  });

  test('after a reload the same file continues where it stopped', async () => {
    const path = scratch.current.path('reload.tar');
    const size = 120 * MIB;
    await writeDockerArchive(path, 'reload:v1', [large(size, 'reload')]);
    const reached = Promise.withResolvers<void>();
    let isOpen = false;
    const total = (all: readonly Exchange[]) => all.reduce((sum, { sent }) => sum + sent, 0);
    const chunks: Exchange[] = [];
    const before = async (exchange: Exchange) => {
      if (exchange.method !== 'PATCH' || isOpen) return;
      chunks.push(exchange);
      if (chunks.length < 3) return;
      reached.resolve();
      await new Promise(() => {});
    };
    await throughProxy(held.current.server, { before }, async ({ host, uploads }) => {
      const page = await choose(path, { origin: `http://${host}` });
      await page.getByLabel('Image name').waitFor();
      await startIn(page);
      await reached.promise;
      isOpen = true;
      page.on('dialog', (dialog) => void dialog.accept());
      await page.reload();
      await page.getByRole('button', { name: 'Upload image' }).first().click();
      await page.locator('input[type=file]').setInputFiles(path);
      await page.getByLabel('Image name').waitFor();
      await startIn(page);
      await finish(page, 110);
      expect(total(uploads())).toBeLessThan(size * 1.3);
      await page.close();
    });
    await remoteContents(held.current.server, 'library/reload', 'v1');
  });

  test('an upload can be paused and continued, also while the dialog is closed', async () => {
    const path = scratch.current.path('pause.tar');
    await writeDockerArchive(path, 'pause:v1', [large(80 * MIB, 'pause')]);
    const reached = Promise.withResolvers<void>();
    const resume = Promise.withResolvers<void>();
    const before = async ({ method }: Exchange) => {
      if (method !== 'PATCH') return;
      reached.resolve();
      await resume.promise;
    };
    await throughProxy(held.current.server, { before }, async ({ host }) => {
      const page = await choose(path, { origin: `http://${host}` });
      await page.getByLabel('Image name').waitFor();
      await startIn(page);
      await reached.promise;
      await page.getByRole('button', { name: 'Pause', exact: true }).click();
      await page.getByText('Paused: what has arrived stays for a day').waitFor();
      resume.resolve();
      await page.getByRole('button', { name: 'Go on', exact: true }).click();
      await page.getByRole('button', { name: 'Close', exact: true }).first().click();
      await page.getByText('Uploaded: library/pause:v1').waitFor({ timeout: 60_000 });
      await page.close();
    });
    await remoteContents(held.current.server, 'library/pause', 'v1');
  });
});
