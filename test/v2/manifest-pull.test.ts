import { beforeAll, describe, expect, test } from 'vitest';
import { TYPES, UNKNOWN_DIGEST } from '../support/worker/content.ts';
import { type PushedImage, pushImage } from '../support/worker/push.ts';
import { ADMIN, expectFault, expectStatus, send } from '../support/worker/registry-client.ts';

const REPOSITORY = 'library/pulled';
const path = (reference: string) => `/v2/${REPOSITORY}/manifests/${reference}`;
let image: PushedImage;

beforeAll(async () => {
  image = await pushImage(REPOSITORY, 'v1');
});

describe.each(['tag', 'digest'] as const)('a manifest by %s', (kind) => {
  const address = () => path(kind === 'tag' ? 'v1' : image.digest);

  test('is sent as it was pushed, with its digest and type', async () => {
    const response = await expectStatus(await send(ADMIN, 'GET', address()), 200);
    expect(await response.text()).toBe(image.text);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': TYPES.image,
      'content-length': String(image.text.length),
      'docker-content-digest': image.digest,
      etag: `"${image.digest}"`,
    });
  });

  test('HEAD has the headers of GET and no body', async () => {
    const get = await send(ADMIN, 'GET', address());
    const head = await expectStatus(await send(ADMIN, 'HEAD', address()), 200);
    expect(await head.text()).toBe('');
    expect(Object.fromEntries(head.headers)).toEqual(Object.fromEntries(get.headers));
    await get.body?.cancel();
  });

  test.each(['"DIGEST"', 'W/"DIGEST"', '"other", "DIGEST"', '*'])(
    'is not sent again to If-None-Match: %s',
    async (header) => {
      const headers = { 'if-none-match': header.replace('DIGEST', image.digest) };
      for (const method of ['GET', 'HEAD']) {
        const response = await expectStatus(await send(ADMIN, method, address(), { headers }), 304);
        expect(await response.text()).toBe('');
        expect(response.headers.get('etag')).toBe(`"${image.digest}"`);
      }
    },
  );

  test('is sent when If-None-Match names another', async () => {
    const headers = { 'if-none-match': `"${UNKNOWN_DIGEST}"` };
    await expectStatus(await send(ADMIN, 'GET', address(), { headers }), 200);
  });

  test.each([
    [TYPES.image, 200],
    [`${TYPES.index}, ${TYPES.image};q=0.5`, 200],
    [TYPES.image.toUpperCase(), 200],
    ['*/*', 200],
    ['application/*', 200],
    ['', 200],
    [TYPES.index, 404],
    [TYPES.dockerImage, 404],
    ['text/html', 404],
    [`${TYPES.image};q=0`, 404],
  ])('Accept: %s → %i', async (accept, status) => {
    for (const method of ['GET', 'HEAD']) {
      const response = await send(ADMIN, method, address(), { headers: { accept } });
      expect(response.status).toBe(status);
      if (status === 404 && method === 'GET') await expectFault(response, 404, 'MANIFEST_UNKNOWN');
    }
  });
});

test('what a tag points at is never cached; what a digest names is cached for ever', async () => {
  const byTag = await send(ADMIN, 'HEAD', path('v1'));
  const byDigest = await send(ADMIN, 'HEAD', path(image.digest));
  expect(byTag.headers.get('cache-control')).toMatch(/no-cache|no-store/);
  expect(byDigest.headers.get('cache-control')).toMatch(/private.*immutable.*no-transform/);
});

test.each(['missing', UNKNOWN_DIGEST])('%s is MANIFEST_UNKNOWN', async (reference) => {
  await expectFault(await send(ADMIN, 'GET', path(reference)), 404, 'MANIFEST_UNKNOWN');
  await expectStatus(await send(ADMIN, 'HEAD', path(reference)), 404);
});

test('a repository without a push has no manifests', async () => {
  const response = await send(ADMIN, 'GET', '/v2/library/never-pushed/manifests/v1');
  const faults = await expectFault(response, 404, 'MANIFEST_UNKNOWN');
  expect(faults).toHaveLength(1);
});

test('a manifest of another repository is not found here', async () => {
  const other = await pushImage('library/pulled-other', 'v1');
  await expectFault(await send(ADMIN, 'GET', path(other.digest)), 404, 'MANIFEST_UNKNOWN');
});
