import { SignJWT } from 'jose';
import { describe, expect, test } from 'vitest';
import { createApp } from '../../src/app.ts';
import {
  ACCESS_TOKEN_SECONDS,
  REFRESH_TOKEN_SECONDS,
  signToken,
  verifyToken,
} from '../../src/auth/tokens.ts';
import { type Config, type Env, readConfig } from '../../src/env.ts';
import { bindings } from '../support/worker/database.ts';
import {
  ADMIN,
  bearer,
  expectFault,
  expectStatus,
  ORIGIN,
  send,
} from '../support/worker/registry-client.ts';
import { getToken, postToken } from '../support/worker/token-service.ts';
import { later } from './support/later.ts';

const config = readConfig(bindings);
const CLAIMS = { sub: 'user:1', stamp: 'x', access: [] };

const ping = (token: string) => send(bearer(token), 'GET', '/v2/');

describe('time', () => {
  test('an access token is good for 15 minutes and not longer', async () => {
    expect(ACCESS_TOKEN_SECONDS).toBe(15 * 60);
    const { token } = await getToken(ADMIN, '');
    await expectStatus(await later(ACCESS_TOKEN_SECONDS - 5, () => ping(token)), 200);
    const ended = await later(ACCESS_TOKEN_SECONDS + 5, () => ping(token));
    await expectFault(ended, 401, 'UNAUTHORIZED');
  });

  test('a refresh token is good for 90 days, and stays the same when it is used', async () => {
    expect(REFRESH_TOKEN_SECONDS).toBe(90 * 24 * 60 * 60);
    const { refresh_token = '' } = await getToken(ADMIN, 'offline_token=true');
    const use = () => postToken({ grant_type: 'refresh_token', refresh_token });
    await later(REFRESH_TOKEN_SECONDS - 5, async () => {
      const answer = await expectStatus(await use(), 200);
      expect(await answer.json()).toMatchObject({ refresh_token });
    });
    await later(REFRESH_TOKEN_SECONDS + 5, async () => {
      await expectFault(await use(), 401, 'UNAUTHORIZED');
    });
  });
});

describe('a token that this registry did not sign so', () => {
  const sign = (key: string, change: Record<string, unknown> = {}, header = {}) =>
    new SignJWT({ ...CLAIMS, iss: 'orlop', aud: 'access', exp: 9_999_999_999, ...change })
      .setProtectedHeader({ alg: 'HS256', ...header })
      .sign(new TextEncoder().encode(key));
  const encode = (json: object) => Buffer.from(JSON.stringify(json)).toString('base64url');

  async function genuine(): Promise<[string, string, string]> {
    return (await getToken(ADMIN, '')).token.split('.') as [string, string, string];
  }

  test.each<[string, () => Promise<string>]>([
    ['signed with another key', async () => sign('another key of more than 32 characters')],
    [
      'of our key id, but another key',
      async () => {
        const [head] = await genuine();
        const header = JSON.parse(Buffer.from(head, 'base64url').toString()) as object;
        return sign('another key of more than 32 characters', {}, header);
      },
    ],
    ['without a key id', async () => sign(bindings.TOKEN_KEY)],
    [
      'with changed claims',
      async () => {
        const [head, , signature] = await genuine();
        const claims = { ...CLAIMS, iss: 'orlop', aud: 'access', exp: 9_999_999_999 };
        return `${head}.${encode(claims)}.${signature}`;
      },
    ],
    [
      'unsigned',
      async () => {
        const [, claims] = await genuine();
        return `${encode({ alg: 'none' })}.${claims}.`;
      },
    ],
    ['without its signature', async () => (await genuine()).slice(0, 2).join('.')],
    [
      'for uploads',
      async () =>
        signToken(config, 'upload', {
          jti: '0'.repeat(64),
          repository: 'a/b',
          principal: 'admin',
          algorithm: 'sha256',
          written: false,
        }),
    ],
    ['for refreshing', async () => signToken(config, 'refresh', { sub: 'refresh:1', stamp: 'x' })],
    [
      'of a user that does not exist',
      async () => signToken(config, 'access', { ...CLAIMS, sub: 'user:999' }),
    ],
    [
      'of a project that does not exist',
      async () => signToken(config, 'access', { ...CLAIMS, sub: 'project:999' }),
    ],
    [
      'of an unknown subject',
      async () => signToken(config, 'access', { ...CLAIMS, sub: 'robot:1' }),
    ],
    [
      'of a subject without an id',
      async () => signToken(config, 'access', { ...CLAIMS, sub: 'user:' }),
    ],
    ['with a wrong stamp', async () => signToken(config, 'access', CLAIMS)],
    ['with an empty stamp', async () => signToken(config, 'access', { ...CLAIMS, stamp: '' })],
  ])('%s is 401', async (_, make) => {
    await expectFault(await ping(await make()), 401, 'UNAUTHORIZED');
  });

  test.each([
    ['another issuer', { iss: 'someone' }],
    ['another audience', { aud: 'refresh' }],
    ['no expiry', { exp: undefined }],
    ['an expiry in the past', { exp: 1 }],
    ['a start in the future', { nbf: 9_999_999_998 }],
    ['no access', { access: undefined }],
    ['an unknown action', { access: [{ type: 'repository', name: 'a/b', actions: ['fly'] }] }],
    ['no subject', { sub: undefined }],
  ])('our own signature does not help %s', async (_, change) => {
    const ours = await signToken(config, 'access', CLAIMS);
    const header = JSON.parse(
      Buffer.from(ours.split('.')[0] ?? '', 'base64url').toString(),
    ) as object;
    expect(await verifyToken(config, 'access', ours)).toMatchObject(CLAIMS);
    const token = await sign(bindings.TOKEN_KEY, change, header);
    expect(await verifyToken(config, 'access', token)).toBeNull();
  });

  test.each(['', '.', '..', 'a.b.c', '\0', 'é', 'x'.repeat(100_000)])(
    '%j is no token',
    async (text) => {
      expect(await verifyToken(config, 'access', text)).toBeNull();
    },
  );
});

describe('when the signing key is replaced', () => {
  const [OLD, NEW, OTHER] = ['old', 'new', 'other'].map((word) => `${word}-${'0'.repeat(40)}`) as [
    string,
    string,
    string,
  ];
  const withKeys = (...tokenKeys: [string, ...string[]]): Config => ({ ...config, tokenKeys });

  test.each<[string, Config, boolean]>([
    ['the old key still verifies as the one before', withKeys(NEW, OLD), true],
    ['a removed key does not', withKeys(NEW), false],
    ['nor after two replacements', withKeys(OTHER, NEW), false],
    ['the same key twice does no harm', withKeys(OLD, OLD), true],
  ])('%s', async (_, now, good) => {
    for (const kind of ['access', 'refresh'] as const) {
      const claims = { ...CLAIMS, sub: 'refresh:1' };
      const token = await signToken(withKeys(OLD), kind, claims);
      expect((await verifyToken(now, kind, token)) !== null).toBe(good);
    }
  });

  test('new tokens are signed with the new key', async () => {
    const token = await signToken(withKeys(NEW, OLD), 'access', CLAIMS);
    expect(await verifyToken(withKeys(NEW), 'access', token)).not.toBeNull();
    expect(await verifyToken(withKeys(OLD), 'access', token)).toBeNull();
  });

  test('tokens and uploads continue', async () => {
    const { token } = await getToken(ADMIN, '');
    const started = await send(ADMIN, 'POST', '/v2/library/rotated/blobs/uploads/');
    const location = started.headers.get('location') ?? '';
    const ask = (env: Partial<Env>, who: string, path: string) =>
      createApp().fetch(new Request(`${ORIGIN}${path}`, { headers: { authorization: who } }), {
        ...bindings,
        ...env,
      });
    const rotated = { TOKEN_KEY: NEW, TOKEN_KEY_PREVIOUS: bindings.TOKEN_KEY };
    await expectStatus(await ask(rotated, bearer(token), '/v2/'), 200);
    await expectStatus(await ask(rotated, ADMIN, location), 204);
    const removed = { TOKEN_KEY: NEW };
    await expectFault(await ask(removed, bearer(token), '/v2/'), 401, 'UNAUTHORIZED');
    await expectFault(await ask(removed, ADMIN, location), 404, 'BLOB_UPLOAD_UNKNOWN');
  });
});
