import { describe, expect, test } from 'vitest';
import { UNKNOWN_DIGEST } from '../support/worker/content.ts';
import { makeUser, PASSWORD } from '../support/worker/people.ts';
import {
  ADMIN,
  ANONYMOUS,
  basic,
  expectFault,
  expectStatus,
  send,
} from '../support/worker/registry-client.ts';

/** The parameters of a Bearer challenge. */
function readChallenge(response: Response): Record<string, string> {
  const header = response.headers.get('www-authenticate') ?? '';
  expect(header).toMatch(/^Bearer /);
  const parameters = [...header.slice(7).matchAll(/([a-z]+)="([^"]*)"/g)];
  return Object.fromEntries(parameters.map(([, name, value]) => [name, value]));
}

describe('a client that is not signed in is told where to get which token', () => {
  const app = '/v2/library/app';
  test.each([
    ['GET', '/v2/', undefined],
    ['GET', '/v2', undefined],
    ['GET', '/v2/_catalog', 'registry:catalog:*'],
    ['GET', `${app}/tags/list`, 'repository:library/app:pull'],
    ['GET', `${app}/manifests/v1`, 'repository:library/app:pull'],
    ['HEAD', `${app}/manifests/v1`, 'repository:library/app:pull'],
    ['GET', `${app}/blobs/${UNKNOWN_DIGEST}`, 'repository:library/app:pull'],
    ['GET', `${app}/referrers/${UNKNOWN_DIGEST}`, 'repository:library/app:pull'],
    ['PUT', `${app}/manifests/v1`, 'repository:library/app:pull,push'],
    ['POST', `${app}/blobs/uploads/`, 'repository:library/app:pull,push'],
    ['PATCH', `${app}/blobs/uploads/id`, 'repository:library/app:pull,push'],
    ['DELETE', `${app}/manifests/v1`, 'repository:library/app:delete'],
    ['DELETE', `${app}/blobs/${UNKNOWN_DIGEST}`, 'repository:library/app:delete'],
    ['GET', '/v2/library/a/b/c/tags/list', 'repository:library/a/b/c:pull'],
  ])('%s %s → scope %s', async (method, path, scope) => {
    const response = await send(ANONYMOUS, method, path);
    expect(readChallenge(response)).toEqual({
      realm: 'http://registry.test/v2/token',
      service: 'registry.test',
      ...(scope ? { scope } : {}),
    });
    if (method === 'HEAD') await expectStatus(response, 401);
    else await expectFault(response, 401, 'UNAUTHORIZED');
  });
});

describe('Basic on /v2', () => {
  test('the first admin signs in with the platform secret', async () => {
    await expectStatus(await send(ADMIN, 'GET', '/v2/'), 200);
  });

  test('a user signs in again and again', async () => {
    const { authorization } = await makeUser();
    for (let i = 0; i < 3; i++) await expectStatus(await send(authorization, 'GET', '/v2/'), 200);
  });

  test('"basic" may be in lower case', async () => {
    const { authorization } = await makeUser();
    const small = authorization.replace('Basic', 'basic');
    await expectStatus(await send(small, 'GET', '/v2/'), 200);
  });

  test.each([
    ['a wrong password', (name: string) => basic(name, `${PASSWORD}x`)],
    ['no password', (name: string) => basic(name, '')],
    ['another name', () => basic('no-such-user', PASSWORD)],
    ['no name', () => basic('', PASSWORD)],
    ['the name in capitals', (name: string) => basic(name.toUpperCase(), PASSWORD)],
    [
      "the platform secret for a user's name",
      (name: string) => basic(name, 'admin-password-of-the-tests'),
    ],
    ['no colon', (name: string) => `Basic ${btoa(name)}`],
    ['no base64', () => 'Basic !!!'],
    ['nothing', () => 'Basic'],
    ['blanks', () => 'Basic    '],
    ['another scheme', () => 'Digest username="admin"'],
    ['a token that is none', () => 'Bearer garbage'],
    ['an empty token', () => 'Bearer '],
    ['a very long header', () => `Basic ${'A'.repeat(10_000)}`],
    ['SQL', () => basic("' OR 1=1 --", "' OR 1=1 --")],
  ])('%s is 401, everywhere', async (_, make) => {
    const who = make((await makeUser()).name);
    for (const path of ['/v2/', '/v2/_catalog', '/v2/library/app/tags/list', '/v2/token']) {
      const response = await send(who, 'GET', path);
      readChallenge(response);
      await expectFault(response, 401, 'UNAUTHORIZED');
    }
  });

  test('an unknown name and a wrong password are refused in the same words', async () => {
    const { name } = await makeUser();
    const texts = [basic(name, 'wrong'), basic('no-such-user', 'wrong')].map(async (who) =>
      (await send(who, 'GET', '/v2/')).text(),
    );
    const [one, two] = await Promise.all(texts);
    expect(one).toBe(two);
  });
});
