import { beforeAll, expect, test } from 'vitest';
import { showHidden } from '../../src/domain/hidden-characters.ts';
import { describeConsole, expectAccessible, keepPicture } from '../support/browser/console.ts';
import { setDescription } from '../support/browser/description.ts';
import { pushImage } from '../support/browser/push.ts';
import { artifactOf, descriptorOf, type Image, type Index } from '../support/clients/images.ts';
import { blobOf, layerOfSize } from '../support/clients/layers.ts';

const PATH = '/workspaces/library/images/foreign';
const CONFIG = 'application/vnd.oci.image.config.v1+json';
const INDEX = 'application/vnd.oci.image.index.v1+json';
const LARGE = 900_000;
const PLATFORMS = 1500;

/** An image whose config has what no builder would write. */
function hostileImage(): Image {
  const layer = layerOfSize('gzip', 1000, 'foreign');
  const config = {
    os: 'linux',
    architecture: 'amd64\u202e',
    author: 'Mallory \u2066<b>\u2069',
    config: {
      User: 'root\u200b',
      Cmd: ['sh\u0007'],
      Env: ['PATH=/bin\u202e/evil', 'LINES=one\ntwo'],
      ExposedPorts: Object.fromEntries(Array.from({ length: 300 }, (_, n) => [`${n}/tcp`, {}])),
      Labels: { large: 'x'.repeat(LARGE), 'na\u202eme': 'va\u200blue', last: 'the last label' },
    },
    rootfs: { type: 'layers', diff_ids: [layer.diffId] },
    history: [
      { created_by: 'RUN \u001b[31mmake\u001b[0m' },
      ...Array.from({ length: 400 }, (_, n) => ({ created_by: `ENV N=${n}`, empty_layer: true })),
    ],
  };
  return artifactOf(blobOf(CONFIG, Buffer.from(JSON.stringify(config))), [layer]);
}

/** An index of one image under many platforms. */
function wideIndex(image: Image): Index {
  const manifests = Array.from({ length: PLATFORMS }, (_, n) => ({
    ...descriptorOf(image.manifest),
    platform: { os: 'linux', architecture: `cpu${n}${n === 0 ? '\u202e' : ''}` },
  }));
  const text = JSON.stringify({ schemaVersion: 2, mediaType: INDEX, manifests });
  return { images: [image], manifest: blobOf(INDEX, Buffer.from(text)) };
}

describeConsole('text from content and users', (held) => {
  beforeAll(async () => {
    const { server, admin } = held.current;
    const image = hostileImage();
    await pushImage(server, 'library/foreign', '1', image, admin);
    await pushImage(server, 'library/foreign', 'wide', wideIndex(image), admin);
    const description =
      'Read [the\u202e manual](https://good.example "ti\u202etle") and `co\u200bde`.';
    await setDescription(held.current, 'library/foreign', description);
  });

  test('characters that cannot be seen are shown by their names', async () => {
    const page = await held.current.open(`${PATH}/versions/1`);
    const config = page.getByRole('region', { name: 'Configuration' });
    for (const text of [
      '/binU+202E/evil',
      'naU+202Eme',
      'vaU+200Blue',
      'rootU+200B',
      'MalloryU+2066',
    ]) {
      await expect
        .poll(async () => (await config.textContent())?.replaceAll(' ', ''))
        .toContain(text);
    }
    const step = page.getByRole('region', { name: 'Layers' }).getByRole('listitem').first();
    await expect.poll(() => step.textContent()).toContain('U+001B[31mmakeU+001B[0m');
    const text = (await page.locator('main').textContent()) ?? '';
    expect(showHidden(text, true)).toBe(text);
    expect(await config.locator('bdi', { hasText: 'one\ntwo' }).count()).toBe(1);
  });

  test('a large label is cut, and shown whole on request', async () => {
    const page = await held.current.open(`${PATH}/versions/1`);
    const config = page.getByRole('region', { name: 'Configuration' });
    await config.getByText('the last label').waitFor();
    const length = async () => ((await config.textContent()) ?? '').length;
    expect(await length()).toBeLessThan(10_000);
    await config.getByRole('button', { name: 'Show all of it (900 kB)' }).click();
    await expect.poll(length).toBeGreaterThan(LARGE);
  });

  test('long lists are cut, and shown whole on request', async () => {
    const page = await held.current.open(`${PATH}/versions/wide`);
    const children = page.getByRole('region', { name: 'Manifests of the index' });
    await children.getByRole('link', { name: 'linux/cpu49', exact: true }).waitFor();
    expect(await children.getByRole('row').count()).toBe(51);
    await children.getByRole('button', { name: 'Show 1,000 more' }).click();
    await children.getByRole('button', { name: 'Show all 1,500' }).click();
    await children.getByRole('link', { name: `linux/cpu${PLATFORMS - 1}`, exact: true }).waitFor();
    expect(await children.getByRole('row').count()).toBe(PLATFORMS + 1);

    await page.goto(`${held.current.server.origin}${PATH}/versions/1`);
    const layers = page.getByRole('region', { name: 'Layers' });
    await layers.getByRole('listitem').first().waitFor();
    expect(await layers.getByRole('listitem').count()).toBe(100);
    await layers.getByRole('button', { name: 'Show all 401' }).click();
    await expect.poll(() => layers.getByRole('listitem').count()).toBe(401);
  });

  test('a description shows what its links hide', async () => {
    const page = await held.current.open(PATH);
    const link = page.getByRole('link', { name: 'theU+202E manual' });
    expect(await link.getAttribute('title')).toBe('ti⟨U+202E⟩tle');
    await page.getByText('coU+200Bde').waitFor();
  });

  test('no name takes a character that cannot be seen', async () => {
    const create = held.current.api('POST', '/departments', { name: 'Pay\u2066ments' });
    await expect(create).rejects.toThrow('cannot be seen');
  });

  test.each([
    ['en', 'light', 1280],
    ['zh', 'dark', 360],
  ] as const)('is accessible in %s, %s, %i wide', async (language, scheme, width) => {
    for (const tag of ['1', 'wide']) {
      const page = await held.current.open(`${PATH}/versions/${tag}`, { language, scheme, width });
      await page.getByRole('heading', { name: `foreign:${tag}` }).waitFor();
      await page
        .getByRole('button', { name: /^(Show all|显示全部|Show 1,000|再显示)/ })
        .first()
        .waitFor();
      await expectAccessible(page);
      const fits = await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth);
      expect(fits, 'nothing is wider than the screen').toBe(true);
      await keepPicture(page, `foreign-${tag}-${language}-${scheme}-${width}`);
    }
  });
});
