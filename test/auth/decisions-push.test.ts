import { describe, expect, test } from 'vitest';
import { ADMIN_CALLER, call } from '../support/worker/api-client.ts';
import { freshBytes, imageText, sha256 } from '../support/worker/content.ts';
import { imageId, query } from '../support/worker/database.ts';
import { makePlace, makeUser, makeWorkspace } from '../support/worker/people.ts';
import {
  beginUpload,
  pushBlob,
  pushImage,
  putManifest,
  withDigest,
} from '../support/worker/push.ts';
import {
  ADMIN,
  bearer,
  expectFault,
  expectStatus,
  send,
} from '../support/worker/registry-client.ts';
import { getToken } from '../support/worker/token-service.ts';
import { ENDS_OF_RIGHTS, endMembership } from './support/ends.ts';
import { afterAMinute, aMinuteAgo, later } from './support/later.ts';

/** A user who has just begun an upload with a token. */
async function pushing() {
  const { project, workspace } = await makePlace();
  const repository = `${workspace}/app`;
  await pushImage(repository, 'v1');
  const user = await makeUser({ [project]: 'developer' });
  const scope = `scope=repository:${repository}:pull,push`;
  const token = bearer((await getToken(user.authorization, scope)).token);
  const location = await beginUpload(repository, '', token);
  return { project, workspace, repository, user, token, location };
}

type Pushing = Awaited<ReturnType<typeof pushing>>;

async function finish({ token, location }: Pushing, bytes = freshBytes()): Promise<Response> {
  return await send(token, 'PUT', withDigest(location, sha256(bytes)), { body: bytes });
}

const ENDS: readonly (readonly [string, (now: Pushing) => Promise<unknown>, number])[] = [
  ...ENDS_OF_RIGHTS,
  [
    'the role allows pulls only',
    ({ user }) => query("UPDATE members SET role = 'viewer' WHERE user_id = ?", user.id),
    403,
  ],
];

describe('a token that was let upload', () => {
  test.each(ENDS)(
    'uploads a minute at most after %s, and nothing that anyone sees',
    async (...row) => {
      const [what, end, status] = row;
      const now = await pushing();
      await end(now);
      const bytes = freshBytes();
      // The transaction that links a blob looks whether its workspace is there.
      const isGone = what === 'the workspace goes to the trash';
      await expectStatus(await finish(now, bytes), isGone ? 404 : 201);
      const layer = { mediaType: 'application/octet-stream', digest: sha256(bytes), size: 64 };
      const put = await putManifest(now.repository, 'v2', imageText(layer, []), {}, now.token);
      expect(put.status).toBe(status);
      await afterAMinute(async () => {
        const begun = await send(now.token, 'POST', `/v2/${now.repository}/blobs/uploads/`);
        expect(begun.status).toBe(status);
        expect((await finish(now)).status).toBe(status);
      });
    },
  );

  test('does not thereby list, delete or pull by tag', async () => {
    const now = await pushing();
    const digest = await pushBlob(now.repository);
    await endMembership(now);
    for (const [method, path] of [
      ['GET', 'manifests/v1'],
      ['GET', 'tags/list'],
      ['DELETE', `blobs/${digest}`],
    ] as const) {
      await expectStatus(await send(now.token, method, `/v2/${now.repository}/${path}`), 403);
    }
  });

  test('mounts nothing that it may not read', async () => {
    const now = await pushing();
    const elsewhere = `${await makeWorkspace(1)}/app`;
    const hidden = await pushBlob(elsewhere);
    const path = `/v2/${now.repository}/blobs/uploads/?mount=${hidden}&from=${elsewhere}`;
    await expectStatus(await send(now.token, 'POST', path), 202);
  });

  test.each(['from its image', 'from anywhere'])(
    'mounts nothing of a project it has just left, %s',
    async (where) => {
      const now = await pushing();
      const { project, workspace } = await makePlace();
      await query(
        "INSERT INTO members (project_id, user_id, role, created_at) VALUES (?, ?, 'viewer', 0)",
        project,
        now.user.id,
      );
      await afterAMinute(() => beginUpload(now.repository, '', now.token));
      const left = await pushBlob(`${workspace}/app`);
      await query('DELETE FROM members WHERE project_id = ?', project);
      const from = where === 'from its image' ? `&from=${workspace}/app` : '';
      const path = `/v2/${now.repository}/blobs/uploads/?mount=${left}${from}`;
      await afterAMinute(async () => {
        await expectStatus(await send(now.token, 'POST', path), 202);
      });
      const got = await send(ADMIN, 'GET', `/v2/${now.repository}/blobs/${left}`);
      await expectFault(got, 404, 'BLOB_UNKNOWN');
    },
  );

  test('uploads to no other repository, and lets no other token upload', async () => {
    const now = await pushing();
    const other = await makeUser({ [now.project]: 'developer' });
    const scope = `scope=repository:${now.repository}:pull,push`;
    const answer = await aMinuteAgo(() => getToken(other.authorization, scope));
    const token = bearer(answer.token);
    await query('DELETE FROM members WHERE user_id IN (?, ?)', now.user.id, other.id);
    const begin = (who: string, repository: string) =>
      send(who, 'POST', `/v2/${repository}/blobs/uploads/`);
    await expectFault(await begin(token, now.repository), 403, 'DENIED');
    await expectFault(await begin(now.token, `${now.workspace}/other`), 403, 'DENIED');
    await expectStatus(await begin(now.token, now.repository), 202);
  });

  test('is asked for again at once where this isolate has removed the member', async () => {
    const now = await pushing();
    const path = `/projects/${now.project}/members/${now.user.id}`;
    expect((await call(ADMIN_CALLER, 'DELETE', path)).status).toBeLessThan(300);
    await expectFault(await finish(now), 403, 'DENIED');
  });

  test('makes the image again if it was moved to the trash in the meantime', async () => {
    const now = await pushing();
    const before = await imageId(now.repository);
    await query('UPDATE images SET deleted_at = 1 WHERE id = ?', before);
    const bytes = freshBytes();
    await expectStatus(await finish(now, bytes), 201);
    await expectStatus(
      await send(ADMIN, 'HEAD', `/v2/${now.repository}/blobs/${sha256(bytes)}`),
      200,
    );
    expect(await imageId(now.repository)).not.toBe(before);
  });

  test('is asked for again at once where this isolate has changed the role', async () => {
    const now = await pushing();
    const path = `/projects/${now.project}/members/${now.user.id}`;
    const answer = await call(ADMIN_CALLER, 'PUT', path, { role: 'viewer' });
    expect(answer.status).toBe(200);
    await expectFault(await finish(now), 403, 'DENIED');
  });

  test('uploads nothing once it has expired, however young the decision is', async () => {
    const now = await pushing();
    await later(14 * 60 + 30, () => beginUpload(now.repository, '', now.token));
    await later(15 * 60 + 1, async () => {
      await expectFault(await finish(now), 401, 'UNAUTHORIZED');
    });
  });

  test('that was let pull only uploads nothing', async () => {
    const now = await pushing();
    const scope = `scope=repository:${now.repository}:pull`;
    const token = bearer((await getToken(now.user.authorization, scope)).token);
    await expectStatus(await send(token, 'GET', `/v2/${now.repository}/manifests/v1`), 200);
    await expectFault(await finish({ ...now, token }), 401, 'UNAUTHORIZED');
  });
});
