import { expect, test } from 'vitest';
import { describeConsole, expectAccessible, keepPicture } from '../support/browser/console.ts';

describeConsole('help', (held) => {
  test('copies snippets with the name of this host', async () => {
    const { host } = held.current.server;
    const page = await held.current.open('/help');
    const copy = async (title: string) => {
      await page
        .getByRole('button', { name: `Copy: ${title}` })
        .first()
        .click();
      return await page.evaluate(() => navigator.clipboard.readText());
    };
    expect(JSON.parse(await copy('/etc/docker/daemon.json'))).toEqual({
      'insecure-registries': [host],
    });
    const file = `/etc/containerd/certs.d/${host}/hosts.toml`;
    expect(await copy(file)).toContain(`[host."https://${host}"]`);
    expect(await copy('pod.yaml')).toContain(`image: ${host}/`);
    expect(await copy('.github/workflows/image.yml')).toContain(`registry: ${host}`);
    for (const [tab, name] of [
      ['GitLab CI', '.gitlab-ci.yml'],
      ['Jenkins', 'Jenkinsfile'],
      ['Shell', 'push.sh'],
    ] as const) {
      await page.getByRole('tab', { name: tab }).click();
      expect(await copy(name)).toContain(`docker login ${host}`);
    }
  });

  test('shows the limits from the settings', async () => {
    const change = (settings: object) => held.current.api('PATCH', '/settings', settings);
    await change({ trashDays: 31, uploadLimitBytes: 5 * 1024 * 1024 });
    const page = await held.current.open('/help');
    const limits = page.getByRole('table', { name: 'Limits' });
    await limits.getByText('31 days').waitFor();
    await limits.getByText('5 MiB').waitFor();
    await change({ trashDays: 7, uploadLimitBytes: 2048 * 1024 * 1024 });
  });

  test('opens at a section, and its contents link to each', async () => {
    const page = await held.current.open('/help#kubernetes');
    await page.getByRole('heading', { name: 'Use images in Kubernetes' }).waitFor();
    const contents = page.getByRole('navigation', { name: 'Contents' });
    for (const name of await contents.getByRole('link').allTextContents()) {
      await contents.getByRole('link', { name, exact: true }).click();
      const heading = page.getByRole('heading', { name, exact: true });
      await expect.poll(() => heading.evaluate(isInWindow)).toBe(true);
    }
  });

  test.each([
    ['en', 'light', 1280],
    ['zh', 'dark', 360],
  ] as const)('is accessible: %s, %s, %i wide', async (language, scheme, width) => {
    const page = await held.current.open('/help', { language, scheme, width });
    await page.getByRole('heading', { level: 2 }).last().waitFor();
    await page.waitForLoadState('networkidle');
    await expectAccessible(page);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(wide).toBeLessThanOrEqual(width);
    await keepPicture(page, `help-${language}-${scheme}-${width}`);
  });
});

function isInWindow(node: Element): boolean {
  const { top } = node.getBoundingClientRect();
  return top >= 0 && top < window.innerHeight;
}
