import { describe, expect, test } from 'vitest';
import { makeToken } from '../support/worker/access-tokens.ts';
import { ADMIN_CALLER, call, signInAs } from '../support/worker/api-client.ts';
import { imageId, query } from '../support/worker/database.ts';
import { makePlace, makeUser, makeWorkspace } from '../support/worker/people.ts';
import { type PushedImage, pushImage } from '../support/worker/push.ts';
import {
  ADMIN,
  basic,
  bearer,
  expectFault,
  expectStatus,
  send,
} from '../support/worker/registry-client.ts';
import { getToken } from '../support/worker/token-service.ts';
import { ENDS_OF_RIGHTS, endMembership } from './support/ends.ts';
import { afterAMinute, aMinuteAgo, later } from './support/later.ts';

/** A user who has just pulled a manifest with a token, and may pull its blobs. */
async function pulling() {
  const { project, workspace } = await makePlace();
  const repository = `${workspace}/app`;
  const image = await pushImage(repository, 'v1');
  const user = await makeUser({ [project]: 'viewer' });
  const scope = `scope=repository:${repository}:pull`;
  const token = bearer((await getToken(user.authorization, scope)).token);
  await expectStatus(await send(token, 'GET', `/v2/${repository}/manifests/v1`), 200);
  return { project, workspace, repository, image, user, token };
}

type Pulling = Awaited<ReturnType<typeof pulling>>;

const pullBlob = (token: string, repository: string, image: PushedImage) =>
  send(token, 'GET', `/v2/${repository}/blobs/${image.layers[0]?.digest}`);

const ENDS: readonly (readonly [string, (now: Pulling) => Promise<unknown>, number])[] = [
  ...ENDS_OF_RIGHTS,
  [
    'the image goes to the trash',
    async ({ repository }) =>
      query('UPDATE images SET deleted_at = 1 WHERE id = ?', await imageId(repository)),
    404,
  ],
];

describe('a token that was let pull a manifest', () => {
  test.each(ENDS)('pulls its blobs a minute at most after %s', async (_, end, status) => {
    const now = await pulling();
    const pull = () => pullBlob(now.token, now.repository, now.image);
    await expectStatus(await pull(), 200);
    await end(now);
    expect((await afterAMinute(pull)).status).toBe(status);
  });

  test('can neither push, list nor pull by tag once the membership has ended', async () => {
    const { token, repository, user, image } = await pulling();
    await query('DELETE FROM members WHERE user_id = ?', user.id);
    for (const [method, path] of [
      ['GET', 'manifests/v1'],
      ['GET', 'tags/list'],
      ['DELETE', `blobs/${image.config.digest}`],
      ['POST', 'blobs/uploads/'],
    ] as const) {
      await expectStatus(await send(token, method, `/v2/${repository}/${path}`), 403);
    }
  });

  test('opens no other repository', async () => {
    const { token, image } = await pulling();
    const elsewhere = `${await makeWorkspace(1)}/app`;
    await expectFault(await pullBlob(token, elsewhere, image), 403, 'DENIED');
  });

  test('opens nothing to another token', async () => {
    const { project, repository, image } = await pulling();
    const other = await makeUser({ [project]: 'viewer' });
    const scope = `scope=repository:${repository}:pull`;
    const answer = await aMinuteAgo(() => getToken(other.authorization, scope));
    await query('DELETE FROM members WHERE user_id = ?', other.id);
    await expectFault(await pullBlob(bearer(answer.token), repository, image), 403, 'DENIED');
  });

  test('finds no blob that was deleted from the repository in the meantime', async () => {
    const { token, repository, image } = await pulling();
    await expectStatus(await pullBlob(token, repository, image), 200);
    for (const path of [`manifests/${image.digest}`, `blobs/${image.layers[0]?.digest}`]) {
      await expectStatus(await send(ADMIN, 'DELETE', `/v2/${repository}/${path}`), 202);
    }
    await expectFault(await pullBlob(token, repository, image), 404, 'BLOB_UNKNOWN');
  });

  test('finds no blob by a manifest that is in the trash', async () => {
    const { token, repository } = await pulling();
    const image = await pushImage(repository, 'v2');
    const manifest = `/v2/${repository}/manifests/${image.digest}`;
    await expectStatus(await send(ADMIN, 'DELETE', manifest), 202);
    await expectStatus(await send(token, 'GET', manifest), 404);
    await query(
      'UPDATE image_blobs SET deleted_at = 1 WHERE image_id = ?',
      await imageId(repository),
    );
    await expectFault(await pullBlob(token, repository, image), 404, 'BLOB_UNKNOWN');
  });

  test('pulls nothing once it has expired, however young the decision is', async () => {
    const { token, repository, image } = await pulling();
    await later(14 * 60 + 30, async () => {
      await expectStatus(await send(token, 'GET', `/v2/${repository}/manifests/v1`), 200);
      await expectStatus(await pullBlob(token, repository, image), 200);
    });
    await later(15 * 60 + 1, async () => {
      await expectFault(await pullBlob(token, repository, image), 401, 'UNAUTHORIZED');
    });
  });

  test("continues while another's token is refused as ended", async () => {
    const one = await pulling();
    const other = await pulling();
    await endMembership(one);
    await query('UPDATE users SET token_epoch = 2 WHERE id = ?', other.user.id);
    await expectFault(
      await send(other.token, 'GET', `/v2/${other.repository}/manifests/v1`),
      401,
      'UNAUTHORIZED',
    );
    await expectFault(
      await pullBlob(other.token, other.repository, other.image),
      401,
      'UNAUTHORIZED',
    );
    await expectStatus(await pullBlob(one.token, one.repository, one.image), 200);
  });

  test('continues while strangers try to sign in', async () => {
    const now = await pulling();
    await endMembership(now);
    const guess = { username: now.user.name, password: 'a wrong password' };
    expect((await call({}, 'POST', '/session', guess)).status).toBe(401);
    await expectStatus(await pullBlob(now.token, now.repository, now.image), 200);
  });
});

/** What ends the right to pull through the API, and so in this isolate. */
const CHANGES: readonly (readonly [
  string,
  (now: Pulling) => readonly [string, string, object?],
])[] = [
  [
    'the membership ends',
    ({ project, user }) => ['DELETE', `/projects/${project}/members/${user.id}`],
  ],
  ['the account is disabled', ({ user }) => ['PATCH', `/users/${user.id}`, { disabled: true }]],
  ['the password is reset', ({ user }) => ['POST', `/users/${user.id}/password-reset`]],
  ['the workspace is deleted', ({ workspace }) => ['DELETE', `/workspaces/${workspace}`]],
  ['the image is deleted', ({ workspace }) => ['DELETE', `/workspaces/${workspace}/images/app`]],
];

describe('a token that was let pull a manifest pulls no more blobs', () => {
  test.each(CHANGES)('once %s by this isolate', async (_, change) => {
    const now = await pulling();
    const pull = () => pullBlob(now.token, now.repository, now.image);
    await expectStatus(await pull(), 200);
    const [method, path, body] = change(now);
    expect((await call(ADMIN_CALLER, method, path, body)).status).toBeLessThan(300);
    expect((await pull()).status).toBeGreaterThan(400);
  });

  test('once the access token that it was granted to is revoked', async () => {
    const { repository, image, user } = await pulling();
    const caller = await signInAs(user);
    const { id, secret } = await makeToken(caller);
    const scope = `scope=repository:${repository}:pull`;
    const token = bearer((await getToken(basic(user.name, secret), scope)).token);
    await expectStatus(await send(token, 'GET', `/v2/${repository}/manifests/v1`), 200);
    await expectStatus(await pullBlob(token, repository, image), 200);
    expect((await call(caller, 'DELETE', `/account/tokens/${id}`)).status).toBe(204);
    await expectFault(await pullBlob(token, repository, image), 401, 'UNAUTHORIZED');
  });

  test('once the database has refused what was signed for the same identity', async () => {
    const now = await pulling();
    await expectStatus(await pullBlob(now.token, now.repository, now.image), 200);
    await query('UPDATE users SET token_epoch = 2 WHERE id = ?', now.user.id);
    await expectFault(await send(now.token, 'GET', '/v2/'), 401, 'UNAUTHORIZED');
    await expectFault(await pullBlob(now.token, now.repository, now.image), 401, 'UNAUTHORIZED');
  });
});
