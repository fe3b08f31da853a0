/** What is at the addresses beside /v2 and /api: the console's own, and nothing else. */
import { describe, expect, test } from 'vitest';
import { CONSOLE_PAGES } from '../../src/domain/console-pages.ts';
import { sendWith } from '../support/worker/faulty-bucket.ts';
import { ANONYMOUS, expectStatus, send } from '../support/worker/registry-client.ts';

const get = (path: string, method = 'GET') => send(ANONYMOUS, method, path);

test.each(CONSOLE_PAGES)('%s is the console', async (page) => {
  const response = await expectStatus(await get(page.replaceAll(/\$\w+/g, 'x')), 200);
  expect(response.headers.get('content-type')).toMatch(/^text\/html/);
  expect(response.headers.get('content-security-policy')).toMatch(/script-src 'self'/);
  expect(await response.text()).toContain('<div id="root">');
});

describe('there is nothing, and no cache keeps that, at', () => {
  test.each([
    '/v1/search',
    '/v1/_ping',
    '/v1/repositories/library/app/images',
    '/V2/',
    '/metrics',
    '/.well-known/x',
    '/assets/nope.js',
    '/favicon.ico',
    '/index.php',
    '/images/x/y',
    '/api',
    '/api/v2/session',
    '/wp-login.php?x=/images',
  ])('%s', async (path) => {
    for (const method of ['GET', 'HEAD', 'POST', 'PROPFIND']) {
      const response = await get(path, method);
      expect([response.status, response.headers.get('cache-control')]).toEqual([404, 'no-store']);
      expect(response.headers.get('content-type')).toMatch(/^text\/plain/);
      expect(await response.text()).not.toContain('<');
    }
  });
});

test('files of the console are served, and not their folders', async () => {
  for (const path of ['/icon.svg', '/color-scheme.js']) await expectStatus(await get(path), 200);
  await expectStatus(await get('/assets/'), 404);
});

test('robots.txt keeps crawlers out', async () => {
  const response = await expectStatus(await get('/robots.txt'), 200);
  expect(response.headers.get('content-type')).toMatch(/^text\/plain/);
  expect(await response.text()).toBe('User-agent: *\nDisallow: /\n');
});

test.each([
  [undefined, 'http://registry.test/'],
  ['mailto:security@example.com', 'mailto:security@example.com'],
  ['not a URI', 'http://registry.test/'],
])('security.txt with the contact %s names %s, and expires within a year', async (set, contact) => {
  const env = set === undefined ? {} : { SECURITY_CONTACT: set };
  const response = await sendWith(env, 'GET', '/.well-known/security.txt');
  await expectStatus(response, 200);
  expect(response.headers.get('content-type')).toMatch(/^text\/plain; charset=utf-8/i);
  const text = await response.text();
  expect(text).toContain(`Contact: ${contact}\n`);
  const expires = Date.parse(/^Expires: (.+)$/m.exec(text)?.[1] ?? '');
  expect(expires).toBeGreaterThan(Date.now());
  expect(expires).toBeLessThanOrEqual(Date.now() + 366 * 24 * 3_600_000);
});
