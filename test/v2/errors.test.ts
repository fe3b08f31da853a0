import { describe, expect, test } from 'vitest';
import { sha256, sha512, TYPES, UNKNOWN_DIGEST } from '../support/worker/content.ts';
import { beginUpload } from '../support/worker/push.ts';
import {
  ADMIN,
  ANONYMOUS,
  type Code,
  expectFault,
  expectStatus,
  send,
} from '../support/worker/registry-client.ts';

const D = UNKNOWN_DIGEST;
const IMAGE = { 'content-type': TYPES.image };

/** Every kind of address that a repository has. */
const addresses = (name: string): (readonly [method: string, path: string])[] => [
  ['GET', `/v2/${name}/tags/list`],
  ['GET', `/v2/${name}/manifests/v1`],
  ['PUT', `/v2/${name}/manifests/v1`],
  ['DELETE', `/v2/${name}/manifests/v1`],
  ['GET', `/v2/${name}/blobs/${D}`],
  ['DELETE', `/v2/${name}/blobs/${D}`],
  ['POST', `/v2/${name}/blobs/uploads/`],
  ['PATCH', `/v2/${name}/blobs/uploads/some-id`],
  ['GET', `/v2/${name}/referrers/${D}`],
];

describe('an invalid name is NAME_INVALID at every address', () => {
  test.each([
    ['upper case', 'library/App'],
    ['an upper-case workspace', 'Library/app'],
    ['two dots', 'library/a..b'],
    ['a dot at the start', 'library/.a'],
    ['a dot at the end', 'library/a.'],
    ['three underscores', 'library/a___b'],
    ['a dash at the start', 'library/-a'],
    ['256 characters', `library/${'a'.repeat(248)}`],
    ['thousands of characters', `library/${'a/'.repeat(3000)}a`],
    ['a blank', 'library/a%20b'],
    ['an encoded slash', 'library%2Fapp'],
    ['another one', 'library/a%2fb'],
    ['encoded dots', 'library/%2e%2e%2fx/y'],
    ['dots encoded twice', 'library/%252e%252e/x'],
    ['a backslash', 'library/a%5Cb'],
    ['a zero byte', 'library/a%00'],
    ['no valid text', 'library/%ff%fe'],
    ['a percent sign without digits', 'library/a%zz'],
    ['letters of another script', 'library/%E6%BC%A2'],
    ['a quote', "library/a'b"],
    ['a tilde', 'library/~a'],
    ['a colon', 'library/a:b'],
  ])('%s', async (_, name) => {
    for (const [method, path] of addresses(name)) {
      const body = method === 'PUT' || method === 'PATCH' ? { body: '{}', headers: IMAGE } : {};
      await expectFault(await send(ADMIN, method, path, body), 400, 'NAME_INVALID');
    }
  });

  test('a name may have 255 characters', async () => {
    await beginUpload(`library/${'a'.repeat(247)}`);
  });

  test.each(['a', '0', 'a.b', 'a_b', 'a__b', 'a-b', 'a---b', 'a/b/c/d', 'manifests/blobs/tags'])(
    '%s is a name',
    async (name) => {
      await beginUpload(`library/${name}`);
    },
  );
});

describe('an invalid digest is DIGEST_INVALID', () => {
  test.each([
    'sha256:abc',
    'sha256:',
    `sha256:${'g'.repeat(64)}`,
    `sha256:${'A'.repeat(64)}`,
    `${D}0`,
    `sha512:${'a'.repeat(64)}`,
    `md5:${'a'.repeat(32)}`,
    `sha256+b64:${'a'.repeat(64)}`,
    `${D}%0A`,
    ':',
  ])('%s', async (digest) => {
    for (const kind of ['blobs', 'manifests', 'referrers']) {
      const response = await send(ADMIN, 'GET', `/v2/library/app/${kind}/${digest}`);
      await expectFault(response, 400, 'DIGEST_INVALID');
    }
    const put = { headers: IMAGE, body: '{}' };
    const response = await send(ADMIN, 'PUT', `/v2/library/app/manifests/${digest}`, put);
    await expectFault(response, 400, 'DIGEST_INVALID');
  });
});

describe('a parameter with two values is refused', () => {
  test.each([
    ['POST', `/blobs/uploads/?digest=${D}&digest=${sha512('x')}`],
    ['POST', '/blobs/uploads/?digest-algorithm=sha256&digest-algorithm=sha512'],
    ['GET', '/tags/list?n=1&n=2'],
    ['GET', '/tags/list?last=1&last=2'],
    ['GET', `/referrers/${D}?artifactType=a&artifactType=b`],
  ])('%s %s', async (method, rest) => {
    await expectFault(await send(ADMIN, method, `/v2/library/app${rest}`), 400, 'UNSUPPORTED');
  });

  test.each(['digest', 'digest-algorithm'])('but not one given twice: %s', async (name) => {
    const value = name === 'digest' ? sha256('x') : 'sha256';
    const path = `/v2/library/app/blobs/uploads/?digest=${sha256('x')}&${name}=${value}&${name}=${value}`;
    await expectStatus(await send(ADMIN, 'POST', path, { body: 'x' }), 201);
  });

  test('the digest that completes an upload', async () => {
    const location = await beginUpload('library/app');
    const twice = `${location}?digest=${sha256('x')}&digest=${sha256('y')}`;
    await expectFault(await send(ADMIN, 'PUT', twice, { body: 'x' }), 400, 'UNSUPPORTED');
  });
});

describe('unknown addresses', () => {
  test.each([
    ['GET', '/v2/nope'],
    ['GET', '/v2/library/app'],
    ['GET', '/v2/library/app/nope/v1'],
    ['GET', '/v2/library/app/tags'],
    ['GET', '/v2/library/app/tags/list/more'],
    ['GET', '/v2/library/app/manifests'],
    ['GET', '/v2/_catalog/more'],
    ['GET', '/v2/_nope'],
    ['GET', '/v2/library/a%0Ab/tags/list'],
    ['POST', '/v2/nope'],
    ['DELETE', '/v2/library/app'],
  ])('%s %s → 404 UNSUPPORTED', async (method, path) => {
    for (const who of [ADMIN, ANONYMOUS]) {
      await expectFault(await send(who, method, path), 404, 'UNSUPPORTED');
    }
  });

  test.each<[string, string, string]>([
    ['POST', '/v2/', 'GET, HEAD'],
    ['DELETE', '/v2/token', 'GET, HEAD, POST'],
    ['POST', '/v2/_catalog', 'GET, HEAD'],
    ['PUT', '/v2/library/app/tags/list', 'GET, HEAD'],
    ['DELETE', `/v2/library/app/referrers/${D}`, 'GET, HEAD'],
    ['POST', '/v2/library/app/manifests/v1', 'GET, HEAD, PUT, DELETE'],
    ['PATCH', `/v2/library/app/manifests/${D}`, 'GET, HEAD, PUT, DELETE'],
    ['PUT', `/v2/library/app/blobs/${D}`, 'GET, HEAD, DELETE'],
    ['OPTIONS', `/v2/library/app/blobs/${D}`, 'GET, HEAD, DELETE'],
    ['PUT', '/v2/library/app/blobs/uploads/', 'POST'],
    ['PATCH', '/v2/library/app/blobs/uploads', 'POST'],
    ['GET', '/v2/library/app/blobs/uploads/', 'POST'],
    ['DELETE', '/v2/library/app/blobs/uploads/', 'POST'],
    ['POST', '/v2/library/app/blobs/uploads/some-id', 'GET, HEAD, PATCH, PUT, DELETE'],
  ])('%s %s → 405, Allow: %s', async (method, path, allow) => {
    const response = await send(ADMIN, method, path);
    expect(response.headers.get('allow')).toBe(allow);
    await expectFault(response, 405, 'UNSUPPORTED');
  });
});

describe('several slashes in a row are one', () => {
  test.each([
    ['GET', '//v2/', '/v2/'],
    ['GET', '/v2//', '/v2/'],
    ['GET', '///v2///_catalog?n=1', '/v2/_catalog?n=1'],
    ['HEAD', '/v2//library/app/manifests/v1', '/v2/library/app/manifests/v1'],
    [
      'GET',
      '/v2/library//app/tags/list?n=1&last=a%2F%2Fb',
      '/v2/library/app/tags/list?n=1&last=a%2F%2Fb',
    ],
    [
      'POST',
      `/v2/library/app//blobs/uploads//?digest=${D}`,
      `/v2/library/app/blobs/uploads/?digest=${D}`,
    ],
    ['PUT', '/v2/library/app/manifests//v1', '/v2/library/app/manifests/v1'],
    ['DELETE', '//v2//nope', '/v2/nope'],
  ])('%s %s → 301 %s', async (method, path, clean) => {
    for (const who of [ADMIN, ANONYMOUS]) {
      const response = await send(who, method, path, method === 'PUT' ? { body: '{}' } : {});
      await expectStatus(response, 301);
      expect(response.headers.get('location')).toBe(clean);
      expect(response.headers.get('cache-control')).toBe('no-store');
    }
  });

  test('of the protocol only', async () => {
    for (const path of ['//nope', '//evil.example/v2/', '//evil.example']) {
      await expectStatus(await send(ADMIN, 'GET', path), 404);
    }
  });
});

describe('every answer', () => {
  test.each<[string, string, number, Code | null]>([
    ['GET', '/v2/', 200, null],
    ['GET', '/v2', 200, null],
    ['GET', '/v2/library/app/manifests/none', 404, 'MANIFEST_UNKNOWN'],
    ['GET', `/v2/library/app/blobs/${D}`, 404, 'BLOB_UNKNOWN'],
    ['GET', '/v2/library/none/tags/list', 404, 'NAME_UNKNOWN'],
    ['GET', '/v2/no-such-workspace/app/tags/list', 404, 'NAME_UNKNOWN'],
  ])(
    '%s %s has the version header, and is stored by no cache',
    async (method, path, status, code) => {
      const response = await send(ADMIN, method, path);
      expect(response.headers.get('docker-distribution-api-version')).toBe('registry/2.0');
      expect(response.headers.get('cache-control')).toBe('no-store');
      if (code) await expectFault(response, status, code);
      else await expectStatus(response, status);
    },
  );

  test('an admin who pushes to a workspace that does not exist is told what to do', async () => {
    const response = await send(ADMIN, 'POST', '/v2/no-such-workspace/app/blobs/uploads/');
    const [fault] = await expectFault(response, 404, 'NAME_UNKNOWN');
    expect(fault?.message).toContain('no-such-workspace');
    expect(fault?.message).toMatch(/create it/);
  });

  test.each(['%', '%c3%28', '?', '??n=1', '#', '?n', '?n=%ff', '?_state=%00', '?tag=%00'])(
    'odd endings are no server error: %s',
    async (ending) => {
      for (const [method, path] of addresses('library/app')) {
        const body = method === 'PUT' || method === 'PATCH' ? { body: '{}' } : {};
        const response = await send(ADMIN, method, `${path}${ending}`, body);
        await response.body?.cancel();
        expect([method, path, response.status < 500]).toEqual([method, path, true]);
      }
    },
  );
});
