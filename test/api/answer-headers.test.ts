/** Headers that keep browsers from taking an answer for a page of ours, and from plain http. */
import { createExecutionContext } from 'cloudflare:test';
import { beforeAll, describe, expect, test } from 'vitest';
import { createApp } from '../../src/app.ts';
import { freshBytes, sha256 } from '../support/worker/content.ts';
import { bindings } from '../support/worker/database.ts';
import { pushBlob, pushImage } from '../support/worker/push.ts';
import { ADMIN } from '../support/worker/registry-client.ts';

const REPOSITORY = 'library/answers';
const page = new TextEncoder().encode('<script src="/v2/x"></script>');
let blob = '';

beforeAll(async () => {
  await pushImage(REPOSITORY, 'v1');
  blob = await pushBlob(REPOSITORY, page);
});

async function ask(
  url: string,
  method = 'GET',
  headers: Record<string, string> = {},
): Promise<Response> {
  const request = new Request(url, {
    method,
    headers: { authorization: ADMIN, ...headers },
    redirect: 'manual',
  });
  return await createApp().fetch(request, bindings, createExecutionContext());
}

const ANSWERS = [
  ['GET', '/v2/', 200],
  ['GET', '/v2', 200],
  ['GET', '/v2/token', 200],
  ['GET', '/v2/_catalog', 200],
  ['GET', '/v2/nope', 404],
  ['POST', '/v2/', 405],
  ['GET', `/v2/${REPOSITORY}/manifests/v1`, 200],
  ['HEAD', `/v2/${REPOSITORY}/manifests/v1`, 200],
  ['GET', `/v2/${REPOSITORY}/manifests/none`, 404],
  ['GET', `/v2/${REPOSITORY}/blobs/BLOB`, 200],
  ['POST', `/v2/${REPOSITORY}/blobs/uploads/`, 202],
  ['GET', '/api/v1/session', 200],
  ['GET', '/api/v1/openapi.json', 200],
  ['GET', '/api/v1/nope', 404],
  ['GET', '/api/nope', 404],
  ['DELETE', '/api/v1/session', 403],
  ['GET', `/api/v1/workspaces/library/images/answers/versions/v1/archive`, 200],
  ['GET', '/healthz', 200],
] as const;

describe('an answer that is no page', () => {
  test.each(ANSWERS)('%s %s', async (method, path, status) => {
    const response = await ask(`http://registry.test${path.replace('BLOB', blob)}`, method);
    await response.body?.cancel();
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'x-content-type-options': 'nosniff',
      'content-security-policy': "sandbox; default-src 'none'",
      'cross-origin-resource-policy': 'same-origin',
    });
    expect(response.headers.has('strict-transport-security')).toBe(false);
    if (method !== 'DELETE') expect(response.status).toBe(status);
  });

  test('in ranges, not modified, refused without a sign-in: the same', async () => {
    const url = `http://registry.test/v2/${REPOSITORY}/blobs/${blob}`;
    for (const headers of [
      { range: 'bytes=0-1' },
      { 'if-none-match': '*' },
      { authorization: '' },
      { 'if-match': `"${sha256(freshBytes())}"` },
    ]) {
      const response = await ask(url, 'GET', headers as Record<string, string>);
      await response.body?.cancel();
      const policy = response.headers.get('content-security-policy');
      expect([response.status, policy]).toEqual([response.status, "sandbox; default-src 'none'"]);
    }
  });
});

test.each(['/api/docs', '/images'])('the page %s keeps its own policy', async (path) => {
  const response = await ask(`https://registry.test${path}`);
  expect(response.headers.get('content-security-policy')).toMatch(/script-src 'self'/);
  expect(response.headers.has('strict-transport-security')).toBe(true);
});

describe('by https', () => {
  test.each(ANSWERS)('%s %s: browsers stay with it', async (method, path) => {
    const response = await ask(`https://registry.test${path.replace('BLOB', blob)}`, method);
    await response.body?.cancel();
    expect(response.headers.get('strict-transport-security')).toBe('max-age=31536000');
  });

  test.each(['localhost', 'registry.localhost'])('%s: they do not have to', async (host) => {
    const response = await ask(`https://${host}/v2/`);
    expect(response.headers.has('strict-transport-security')).toBe(false);
  });
});

describe('plain http at the edge', () => {
  const edge = { 'cf-ray': '8f1c0a2b3c4d5e6f-FRA' };

  test.each([
    ['/v2/', 'DENIED'],
    ['/v2/token', 'DENIED'],
    [`/v2/${REPOSITORY}/manifests/v1`, 'DENIED'],
    ['/api/v1/session', 'https-required'],
    ['/api/v1/nope', 'https-required'],
  ])('%s is refused', async (path, code) => {
    const response = await ask(`http://registry.test${path}`, 'GET', edge);
    expect(response.status).toBe(403);
    const text = await response.text();
    expect(text).toContain(`"${code}"`);
    expect(text).toContain('use https');
    expect((await ask(`https://registry.test${path}`, 'GET', edge)).status).not.toBe(403);
  });

  test.each(['/', '/images?q=a%20b', '/healthz', '/api/docs'])(
    '%s leads to https',
    async (path) => {
      const response = await ask(`http://registry.test${path}`, 'GET', edge);
      expect(response.status).toBe(308);
      expect(response.headers.get('location')).toBe(`https://registry.test${path}`);
    },
  );
});
