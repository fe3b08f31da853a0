import { beforeAll, describe, expect, test } from 'vitest';
import {
  makePlace,
  makeUser,
  makeWorkspace,
  PASSWORD,
  type User,
} from '../support/worker/people.ts';
import { pushImage } from '../support/worker/push.ts';
import {
  ANONYMOUS,
  bearer,
  expectFault,
  expectStatus,
  send,
} from '../support/worker/registry-client.ts';
import { getToken, postToken, type TokenAnswer } from '../support/worker/token-service.ts';

let mine: Awaited<ReturnType<typeof makePlace>>;
let shared: string;
let hidden: string;
let developer: User;
let viewer: User;

beforeAll(async () => {
  mine = await makePlace();
  const other = await makePlace('public');
  shared = other.workspace;
  hidden = await makeWorkspace(other.project);
  developer = await makeUser({ [mine.project]: 'developer' });
  viewer = await makeUser({ [mine.project]: 'viewer' });
  await pushImage(`${mine.workspace}/app`, 'v1', { who: mine.developer });
});

const pull = (token: string, repository: string) =>
  send(bearer(token), 'GET', `/v2/${repository}/tags/list`);

describe('by GET', () => {
  test('the answer has what clients of every version read', async () => {
    const scope = `repository:${mine.workspace}/app:pull`;
    const answer = await getToken(developer.authorization, `scope=${scope}`);
    expect(answer.access_token).toBe(answer.token);
    expect(answer.expires_in).toBe(900);
    expect(Math.abs(Date.parse(answer.issued_at) - Date.now())).toBeLessThan(60_000);
    expect(answer.refresh_token).toBeUndefined();
    await expectStatus(await pull(answer.token, `${mine.workspace}/app`), 200);
  });

  test('no scope gives a token that signs in and allows nothing', async () => {
    const { token, scope } = await getToken(developer.authorization, '');
    expect(scope).toBe('');
    await expectStatus(await send(bearer(token), 'GET', '/v2/'), 200);
    await expectFault(await pull(token, `${mine.workspace}/app`), 401, 'UNAUTHORIZED');
  });

  test('an anonymous user gets a token that allows nothing', async () => {
    const { token, scope } = await getToken(ANONYMOUS, `scope=repository:${shared}/app:pull`);
    expect(scope).toBe('');
    await expectFault(await send(bearer(token), 'GET', '/v2/'), 401, 'UNAUTHORIZED');
    await expectFault(await pull(token, `${shared}/app`), 401, 'UNAUTHORIZED');
  });

  test('offline_token=true adds a refresh token, but not for anonymous users', async () => {
    const answer = await getToken(developer.authorization, 'offline_token=true');
    expect(answer.refresh_token).toEqual(expect.any(String));
    expect((await getToken(ANONYMOUS, 'offline_token=true')).refresh_token).toBeUndefined();
  });

  test('a Bearer header is not accepted', async () => {
    const { token } = await getToken(developer.authorization, '');
    await expectFault(await send(bearer(token), 'GET', '/v2/token'), 401, 'UNAUTHORIZED');
  });
});

describe('scopes are cut down to what the principal may do', () => {
  const at = (place: 'mine' | 'shared' | 'hidden') =>
    ({ mine: mine.workspace, shared, hidden })[place];

  test.each<[string, 'developer' | 'viewer', string, string]>([
    ['all of it', 'developer', 'repository:mine/app:pull,push', 'repository:mine/app:pull,push'],
    ['in our order', 'developer', 'repository:mine/a:push,pull', 'repository:mine/a:pull,push'],
    ['* is everything', 'developer', 'repository:mine/a:*', 'repository:mine/a:pull,push,delete'],
    ['a viewer pulls', 'viewer', 'repository:mine/a:pull,push,delete', 'repository:mine/a:pull'],
    ['a stranger pulls', 'viewer', 'repository:shared/a:pull,push', 'repository:shared/a:pull'],
    ['a hidden workspace', 'developer', 'repository:hidden/a:pull,push', ''],
    ['a workspace that does not exist', 'developer', 'repository:nowhere/a:pull', ''],
    ['an unknown action', 'developer', 'repository:mine/a:pull,fly', 'repository:mine/a:pull'],
    ['no action', 'developer', 'repository:mine/a:', ''],
    ['the catalog', 'viewer', 'registry:catalog:*', 'registry:catalog:*'],
    ['an unknown type', 'developer', 'plugin:mine/a:pull', ''],
    ['a class', 'developer', 'repository(plugin):mine/a:pull', 'repository:mine/a:pull'],
    ['no scope', 'developer', 'nonsense', ''],
    ['no repository', 'developer', 'repository:UPPER/x:pull', ''],
    ['one part', 'developer', 'repository:mine:pull', ''],
    [
      'two in one',
      'developer',
      'repository:mine/a:pull repository:mine/b:push',
      'repository:mine/a:pull repository:mine/b:push',
    ],
    [
      'two of one',
      'developer',
      'repository:mine/a:pull repository:mine/a:push',
      'repository:mine/a:pull,push',
    ],
    [
      'good and bad',
      'developer',
      'repository:hidden/a:pull repository:mine/b:pull',
      'repository:mine/b:pull',
    ],
  ])('%s', async (_, role, asked, granted) => {
    const name = (text: string) =>
      text.replace(/\b(mine|shared|hidden)\b/g, (word) => at(word as 'mine'));
    const { authorization } = role === 'viewer' ? viewer : developer;
    const scope = encodeURIComponent(name(asked));
    expect((await getToken(authorization, `scope=${scope}`)).scope).toBe(name(granted));
  });

  test('given as several parameters, as docker does', async () => {
    const [one, two] = ['a', 'b'].map((name) => `repository:${mine.workspace}/${name}:pull`);
    const { scope } = await getToken(developer.authorization, `scope=${one}&scope=${two}`);
    expect(scope).toBe(`${one} ${two}`);
  });

  test('a thousand of them are no error', async () => {
    const scopes = Array.from(
      { length: 1000 },
      (_, i) => `repository:${mine.workspace}/i${i}:pull`,
    );
    const { scope } = await getToken(developer.authorization, `scope=${scopes.join('%20')}`);
    expect(scope.split(' ').length).toBeGreaterThanOrEqual(100);
  });
});

describe('a token does no more than its scopes', () => {
  let token: string;

  beforeAll(async () => {
    const scope = `repository:${mine.workspace}/app:pull`;
    ({ token } = await getToken(developer.authorization, `scope=${scope}`));
  });

  test.each([
    ['PUT', '/app/manifests/v2', 'app:pull,push'],
    ['POST', '/app/blobs/uploads/', 'app:pull,push'],
    ['DELETE', '/app/manifests/v1', 'app:delete'],
    ['GET', '/other/tags/list', 'other:pull'],
    ['GET', '/app/b/tags/list', 'app/b:pull'],
  ])('%s %s asks for another', async (method, rest, scope) => {
    const response = await send(bearer(token), method, `/v2/${mine.workspace}${rest}`);
    const challenge = response.headers.get('www-authenticate');
    expect(challenge).toContain('error="insufficient_scope"');
    expect(challenge).toContain(`scope="repository:${mine.workspace}/${scope}"`);
    await expectFault(response, 401, 'UNAUTHORIZED');
  });

  test('but does those', async () => {
    await expectStatus(await pull(token, `${mine.workspace}/app`), 200);
  });
});

describe('by POST', () => {
  const scope = () => `repository:${mine.workspace}/app:pull`;
  const password = () => ({
    grant_type: 'password',
    username: developer.name,
    password: PASSWORD,
    service: 'registry.test',
    client_id: 'test',
    scope: scope(),
  });

  async function grant(form: Record<string, string>): Promise<TokenAnswer> {
    return (await (await expectStatus(await postToken(form), 200)).json()) as TokenAnswer;
  }

  test('a password gives a token', async () => {
    const answer = await grant(password());
    expect(answer.scope).toBe(scope());
    expect(answer.refresh_token).toBeUndefined();
    await expectStatus(await pull(answer.access_token, `${mine.workspace}/app`), 200);
  });

  test('access_type=offline adds a refresh token, which gives tokens of other scopes', async () => {
    const { refresh_token = '' } = await grant({ ...password(), access_type: 'offline' });
    const other = `repository:${mine.workspace}/other:push`;
    const form = { grant_type: 'refresh_token', refresh_token };
    const answer = await grant({ ...form, scope: other });
    expect(answer.scope).toBe(other);
    expect(answer.refresh_token).toEqual(expect.any(String));
    expect((await grant(form)).scope).toBe('');
  });

  test('a refresh token from GET works too, and is no access token', async () => {
    const { refresh_token = '' } = await getToken(developer.authorization, 'offline_token=true');
    const answer = await grant({ grant_type: 'refresh_token', refresh_token, scope: scope() });
    await expectStatus(await pull(answer.token, `${mine.workspace}/app`), 200);
    await expectFault(await pull(refresh_token, `${mine.workspace}/app`), 401, 'UNAUTHORIZED');
  });

  test.each<[string, Record<string, string>]>([
    ['a wrong password', { password: 'wrong' }],
    ['a wrong name', { username: 'no-such-user' }],
    ['a refresh token that is none', { grant_type: 'refresh_token', refresh_token: 'x.y.z' }],
  ])('%s is 401', async (_, change) => {
    await expectFault(await postToken({ ...password(), ...change }), 401, 'UNAUTHORIZED');
  });

  test('an access token is no refresh token', async () => {
    const { token } = await getToken(developer.authorization, '');
    const form = { grant_type: 'refresh_token', refresh_token: token };
    await expectFault(await postToken(form), 401, 'UNAUTHORIZED');
  });

  test.each<[string, Record<string, string>]>([
    ['nothing', {}],
    ['no grant type', { username: 'a', password: 'b' }],
    ['another grant type', { grant_type: 'authorization_code', code: 'x' }],
    ['no password', { grant_type: 'password', username: 'a' }],
    ['no refresh token', { grant_type: 'refresh_token' }],
    [
      'an unknown access type',
      { grant_type: 'password', username: 'a', password: 'b', access_type: 'x' },
    ],
  ])('%s is refused', async (_, form) => {
    await expectFault(await postToken(form), 400, 'UNSUPPORTED');
  });

  test.each(['application/json', 'multipart/form-data', 'multipart/form-data; boundary=x', ''])(
    'a body of type "%s" is refused',
    async (type) => {
      const headers = { 'content-type': type };
      const response = await send(ANONYMOUS, 'POST', '/v2/token', { headers, body: '{"a":"b"}' });
      await expectFault(response, 400, 'UNSUPPORTED');
    },
  );

  test('a form past 64 KiB is refused', async () => {
    const form = { ...password(), padding: 'x'.repeat(70_000) };
    await expectFault(await postToken(form), 413, 'SIZE_INVALID');
  });
});
