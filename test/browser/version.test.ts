import { beforeAll, expect, test } from 'vitest';
import { builtImage } from '../support/browser/built-image.ts';
import { describeConsole, expectAccessible, keepPicture } from '../support/browser/console.ts';
import { pushImage } from '../support/browser/push.ts';
import { artifactOf, type Image, indexOf } from '../support/clients/images.ts';
import { blobOf, layerOfSize } from '../support/clients/layers.ts';

const PATH = '/workspaces/library/images/built';
const EMPTY = 'application/vnd.oci.empty.v1+json';
const CONFIG = 'application/vnd.oci.image.config.v1+json';

describeConsole("a version's page", (held) => {
  const layers = [layerOfSize('gzip', 300_000, 'base'), layerOfSize('gzip', 100_000, 'top')];
  const image = builtImage(layers);
  const arm = builtImage(layers, 'arm64');
  const index = indexOf([image, arm]);

  const sbomTag = `${image.manifest.digest.replace(':', '-')}.sbom`;

  beforeAll(async () => {
    const { server, admin } = held.current;
    await pushImage(server, 'library/built', '1.0', image, admin);
    await pushImage(server, 'library/built', 'multi', index, admin);
    const signature = referrerOf(image, 'application/vnd.dev.cosign.artifact.sig.v1+json');
    await pushImage(server, 'library/built', signature.manifest.digest, signature, admin);
    // As cosign attaches it: the type of its layer tells what it is.
    const sbom = artifactOf(blobOf(CONFIG, Buffer.from('{}')), [
      blobOf('text/spdx', Buffer.from('x')),
    ]);
    await pushImage(server, 'library/built', sbomTag, sbom, admin);
  });

  /** An artifact about an image. */
  function referrerOf(subject: Image, artifactType: string): Image {
    const { blobs, manifest } = artifactOf(blobOf(EMPTY, Buffer.from('{}')), []);
    const { mediaType, digest, size } = subject.manifest;
    const text = JSON.stringify({
      ...JSON.parse(Buffer.from(manifest.bytes).toString()),
      artifactType,
      subject: { mediaType, digest, size },
    });
    return { blobs, manifest: blobOf(manifest.mediaType, Buffer.from(text)) };
  }

  test('shows the config, and each layer with the build step that made it', async () => {
    const page = await held.current.open(`${PATH}/versions/1.0`);
    await page.getByRole('heading', { level: 1, name: 'built:1.0' }).waitFor();
    const config = page.getByRole('region', { name: 'Configuration' });
    for (const text of ['["/entrypoint.sh"]', '["serve","--port","8080"]', 'app', '/srv/app']) {
      await config.getByText(text, { exact: true }).waitFor();
    }
    for (const text of ['8080/tcp', '/data', 'NODE_ENV', 'production', '2ba1eb9']) {
      await config.getByText(text, { exact: true }).waitFor();
    }
    const steps = page.getByRole('region', { name: 'Layers' }).getByRole('listitem');
    const shown = await steps.allTextContents();
    expect(shown[0]).toMatch(/RUN make part-0.*300 kB · 75%/);
    expect(shown[1]).toMatch(/RUN make part-1.*100 kB · 25%/);
    expect(shown[2]).toMatch(/EXPOSE.*Sets something only/);
    expect(shown).toHaveLength(3);
  });

  test('shows commands to pull by tag and by digest', async () => {
    const { host } = held.current.server;
    const page = await held.current.open(`${PATH}/versions/1.0`);
    await page.getByText(`docker pull ${host}/library/built:1.0`).waitFor();
    await page.getByRole('radiogroup', { name: 'Pull by' }).getByText('Digest').click();
    const byDigest = `${host}/library/built@${image.manifest.digest}`;
    await page.getByText(`docker pull ${byDigest}`).waitFor();
  });

  test('gives texts that deploy it, by tag and by digest, as its config says', async () => {
    const { host } = held.current.server;
    const page = await held.current.open(`${PATH}/versions/1.0`);
    const deploy = page.getByRole('region', { name: 'Deploy' });
    const copied = async (title: string) => {
      await deploy.getByRole('button', { name: `Copy: ${title}` }).click();
      return await page.evaluate(() => navigator.clipboard.readText());
    };
    await deploy.getByText('containerPort: 8080').waitFor();
    expect(await copied('deployment.yaml')).toContain(`image: ${host}/library/built:1.0\n`);
    await deploy.getByRole('radiogroup', { name: 'Pin by' }).getByText('Digest').click();
    const byDigest = `${host}/library/built@${image.manifest.digest}`;
    expect(await copied('deployment.yaml')).toContain(`image: ${byDigest}\n`);
    await deploy.getByRole('tab', { name: 'Secret' }).click();
    await deploy.getByText('that of the push credential of the project').waitFor();
    expect(await copied('kubectl')).toMatch(/--docker-username=project-\d+ .*=PASSWORD$/s);
    await page.keyboard.press('Shift+Tab');
    await deploy.getByRole('tab', { name: 'containerd' }).click();
    expect(await copied(`/etc/containerd/certs.d/${host}/hosts.toml`)).toContain(`http://${host}`);
    await deploy.getByRole('tab', { name: 'Cloudflare Containers' }).click();
    expect(await copied('crane')).toContain(byDigest);
  });

  test('that is an index is deployed as the config of its first image says', async () => {
    const page = await held.current.open(`${PATH}/versions/multi`);
    await page.getByRole('region', { name: 'Deploy' }).getByText('containerPort: 8080').waitFor();
    await page.goto(`${held.current.server.origin}${PATH}/versions/${sbomTag}`);
    await page.getByRole('region', { name: 'Layers' }).waitFor();
    expect(await page.getByRole('region', { name: 'Deploy' }).count()).toBe(0);
  });

  test('lists what a tag attaches to it, which is no version', async () => {
    const page = await held.current.open(`${PATH}/versions/1.0`);
    const attached = page.getByRole('region', { name: 'Attached by a tag' });
    await attached.getByText(sbomTag, { exact: true }).waitFor();
    await attached.getByRole('link', { name: 'SBOM' }).click();
    await page.getByRole('heading', { level: 1, name: `built:${sbomTag}` }).waitFor();
    await page.goto(`${held.current.server.origin}${PATH}`);
    await page.getByRole('link', { name: '1.0', exact: true }).waitFor();
    expect(await page.getByRole('link', { name: sbomTag }).count()).toBe(0);
  });

  test('links to the platforms of an index and back, and to its signature', async () => {
    const page = await held.current.open(`${PATH}/versions/multi`);
    const children = page.getByRole('region', { name: 'Manifests of the index' });
    await children.getByRole('link', { name: 'linux/arm64' }).waitFor();
    await children.getByRole('link', { name: 'linux/amd64' }).click();
    await page.waitForURL(`**/manifests/${encodeURIComponent(image.manifest.digest)}`);
    await page.getByRole('link', { name: 'Signature' }).click();
    const subject = image.manifest.digest.slice(0, 'sha256:'.length + 12);
    await page.getByRole('link', { name: subject }).click();
    await page.getByRole('region', { name: 'Configuration' }).waitFor();
    await page.getByRole('link', { name: 'library/built' }).click();
    await page.getByRole('heading', { level: 1, name: 'built' }).waitFor();
  });

  test('shows and copies the manifest as it was pushed', async () => {
    const page = await held.current.open(`${PATH}/versions/1.0`);
    const section = page.getByRole('region', { name: 'Manifest', exact: true });
    await section.getByRole('button', { name: 'Show' }).click();
    await section.getByText('"schemaVersion": 2').waitFor();
    await section.getByRole('button', { name: 'Copy: Manifest' }).click();
    const pushed = Buffer.from(image.manifest.bytes).toString();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(pushed);
  });

  test('is downloaded as an archive', async () => {
    const page = await held.current.open(`${PATH}/versions/1.0`);
    await page.getByRole('button', { name: 'Download' }).click();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('menuitem', { name: 'Download for Docker' }).click(),
    ]);
    expect(download.suggestedFilename()).toMatch(/built.*\.tar$/);
    expect(await download.failure()).toBeNull();
  });

  test('is deleted after a confirmation', async () => {
    const { server, admin } = held.current;
    await pushImage(server, 'library/built', 'doomed', image, admin);
    const page = await held.current.open(`${PATH}/versions/doomed`);
    await page.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await page.getByText('Deleted: built:doomed').waitFor();
    await page.getByRole('heading', { level: 1, name: 'built', exact: true }).waitFor();
  });

  test('that does not exist is reported as such', async () => {
    const page = await held.current.open(`${PATH}/versions/never`);
    await page.getByText('There is nothing here').waitFor();
  });

  test.each([
    ['en', 'light', 1280],
    ['zh', 'dark', 360],
  ] as const)('is accessible in %s, %s, %i wide', async (language, scheme, width) => {
    for (const tag of ['1.0', 'multi']) {
      const page = await held.current.open(`${PATH}/versions/${tag}`, { language, scheme, width });
      await page.getByRole('heading', { name: `built:${tag}` }).waitFor();
      await page.getByRole('heading', { name: /^(Pull|拉取)$/ }).waitFor();
      await expectAccessible(page);
      const fits = await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth);
      expect(fits, 'nothing is wider than the screen').toBe(true);
      await keepPicture(page, `version-${tag}-${language}-${scheme}-${width}`);
    }
  });

  test.each([
    ['en', 'light', 360],
    ['zh', 'dark', 1280],
  ] as const)(
    'has accessible tabs to deploy it in %s, %s, %i wide',
    async (language, scheme, width) => {
      const page = await held.current.open(`${PATH}/versions/1.0`, { language, scheme, width });
      const deploy = page.getByRole('region', { name: /^(Deploy|部署)$/ });
      for (const tab of ['Secret', 'containerd', 'Docker', 'Helm', 'Cloudflare Containers']) {
        await deploy.getByRole('tab', { name: tab }).click();
        await expectAccessible(page);
        const fits = await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth);
        expect(fits, `${tab} is not wider than the screen`).toBe(true);
        await keepPicture(page, `deploy-${tab.split(' ')[0]}-${language}-${scheme}-${width}`);
      }
    },
  );
});
