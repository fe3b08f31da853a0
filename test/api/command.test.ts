import { expect, test } from 'vitest';
import { VERSION } from '../../src/version.ts';
import { bindings } from '../support/worker/database.ts';
import { ANONYMOUS, expectStatus, send } from '../support/worker/registry-client.ts';

const address = `/orlop-${VERSION}.tgz`;

test('the command of this version is a package in gzip, which is checked again after an hour', async () => {
  const response = await expectStatus(await send(ANONYMOUS, 'GET', address), 200);
  expect(response.headers.get('content-type')).toBe('application/gzip');
  expect(response.headers.get('cache-control')).toBe('public, max-age=3600');
  const plain = response.body?.pipeThrough(new DecompressionStream('gzip')) ?? null;
  const text = await new Response(plain).text();
  expect(text).toContain('package/package.json');
  expect(text).toContain(`"version": "${VERSION}"`);

  const etag = response.headers.get('etag') ?? '';
  const again = await bindings.ASSETS.fetch(`http://assets.test${address}`);
  expect(again.headers.get('etag')).toBe(etag);
  const unchanged = await send(ANONYMOUS, 'GET', address, { headers: { 'if-none-match': etag } });
  await expectStatus(unchanged, 304);
});

test.each(['/orlop.tgz', '/orlop-0.0.1.tgz', '/orlop-99.0.0-rc.1.tgz'])(
  '%s leads to the command of this version',
  async (path) => {
    const response = await expectStatus(await send(ANONYMOUS, 'GET', path), 302);
    expect(response.headers.get('location')).toBe(address);
    expect(response.headers.get('cache-control')).toBe('no-cache');
  },
);
