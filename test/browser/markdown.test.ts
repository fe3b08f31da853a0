import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { describeConsole } from '../support/browser/console.ts';
import { setDescription } from '../support/browser/description.ts';
import { pushImage } from '../support/browser/push.ts';
import { imageOf } from '../support/clients/images.ts';
import { layerOfSize } from '../support/clients/layers.ts';

const HOSTILE = `# Title

<script>document.title = 'taken over'</script>
<img src="https://evil.example/raw.png" onerror="document.title = 'taken over'">
<iframe src="https://evil.example/frame"></iframe>
<svg onload="document.title = 'taken over'"><use href="https://evil.example/u.svg#a"/></svg>
<style>body { background: url(https://evil.example/style.png) }</style>

[script](javascript:document.title='taken-over') [data](data:text/html,<script>1</script>)
[file](file:///etc/passwd) [inside](/admin/users) [JS](JaVaScRiPt:alert(1))
[good](https://good.example/page) <https://good.example/auto> [mail](mailto:a@good.example)

![remote](https://evil.example/pixel.png) ![plain](http://evil.example/plain.png)
![inline](data:image/svg+xml;base64,PHN2Zy8+) ![own](/icon.svg)

## Second

- [x] done
`;

describeConsole('a malicious description in Markdown', (held) => {
  beforeAll(async () => {
    const { server, admin } = held.current;
    const image = imageOf([layerOfSize('gzip', 1000, 'markdown')]);
    await pushImage(server, 'library/hostile', '1', image, admin);
    await setDescription(held.current, 'library/hostile', HOSTILE);
  });

  /** The screen of the image with all of its description, and where it asked for anything. */
  async function openImage() {
    const page = await held.current.open('/images');
    const foreign: string[] = [];
    await page.route(/(evil|good)\.example/, (route) => {
      foreign.push(route.request().url());
      return route.fulfill({
        contentType: 'image/svg+xml',
        body: '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>',
      });
    });
    await page.getByRole('link', { name: 'hostile' }).click();
    await page.getByRole('heading', { name: 'Second' }).waitFor({ state: 'attached' });
    return { page, foreign };
  }

  const text = (page: Page) => page.getByRole('heading', { name: 'Title' }).locator('..');

  test('runs nothing and loads nothing', async () => {
    const { page, foreign } = await openImage();
    expect(await page.title()).toBe('hostile · Orlop');
    const active = 'script, iframe, style, svg use, [onerror], [onload], img, object, embed';
    expect(await text(page).locator(active).count()).toBe(0);
    expect(foreign).toEqual([]);
  });

  test('links to web addresses only, in a window without a reference to this one', async () => {
    const { page } = await openImage();
    const links = await text(page)
      .locator('a')
      .evaluateAll((all) =>
        all.map((a) => [a.getAttribute('href'), a.getAttribute('rel'), a.getAttribute('target')]),
      );
    const safe = ['noopener noreferrer nofollow', '_blank'];
    expect(links).toEqual([
      ['https://good.example/page', ...safe],
      ['https://good.example/auto', ...safe],
      ['mailto:a@good.example', ...safe],
    ]);
  });

  test('loads an image from another host only on a click', async () => {
    const { page, foreign } = await openImage();
    await page.getByRole('button', { name: 'Load “remote” from evil.example' }).click();
    const picture = page.getByRole('img', { name: 'remote' });
    await expect.poll(() => picture.evaluate((img: HTMLImageElement) => img.naturalWidth)).toBe(9);
    expect(foreign).toEqual(['https://evil.example/pixel.png']);
    expect(await text(page).locator('img').count()).toBe(1);
    expect(await page.getByRole('button', { name: /^Load/ }).count()).toBe(0);
  });

  test('puts its headings below those of the page', async () => {
    const { page } = await openImage();
    await page.getByRole('heading', { level: 3, name: 'Title' }).waitFor();
    await page.getByRole('heading', { level: 4, name: 'Second' }).waitFor();
    expect(await page.getByRole('heading', { level: 1 }).allTextContents()).toEqual(['hostile']);
  });
});

describeConsole('a description made to take the page away', (held) => {
  beforeAll(async () => {
    const { server, admin } = held.current;
    const image = imageOf([layerOfSize('gzip', 1000, 'heavy')]);
    await pushImage(server, 'library/heavy', '1', image, admin);
  });

  /** Opens the image with this description, and checks that the page still responds. */
  async function openDescribed(description: string) {
    await setDescription(held.current, 'library/heavy', description);
    const page = await held.current.open('/workspaces/library/images/heavy');
    await page.getByRole('heading', { level: 1, name: 'heavy' }).waitFor();
    return page;
  }

  test.each([
    ['quotes in quotes', `${'>'.repeat(6000)} the end`],
    ['links in links', `${'['.repeat(20_000)}${'](b)'.repeat(10_000)} the end`],
    ['emphasis in emphasis', `${'*a '.repeat(10_000)}${' a*'.repeat(10_000)} the end`],
    ['emphasis that crosses', `${'*a_'.repeat(21_000)} the end`],
    ['images', `${'![a](https://b.example)'.repeat(2500)} the end`],
  ])('shows its text, and the page around it works: %s', async (_name, description) => {
    const page = await openDescribed(description);
    await page.getByText('the end').first().waitFor({ state: 'attached' });
    await page.getByRole('tab', { name: 'History' }).click();
    await page.getByRole('button', { name: 'Edit' }).click();
    await page.getByRole('tab', { name: 'Preview' }).click();
    await page.getByRole('dialog').getByText('the end').waitFor();
  });

  test('whose renderer fails is shown as it was written', async () => {
    await setDescription(held.current, 'library/heavy', '# Title\n\n*as written*');
    const page = await held.current.open('/images');
    await page.route(/markdown-text-/, (route) => route.abort());
    await page.getByRole('link', { name: 'heavy' }).click();
    await page.getByText('# Title').waitFor();
    await page.getByText('*as written*').waitFor();
    await page.getByRole('tab', { name: 'History' }).waitFor();
    held.current.takeFaults();
  });
});
