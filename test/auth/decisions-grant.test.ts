import { describe, expect, test } from 'vitest';
import { makeToken } from '../support/worker/access-tokens.ts';
import { ADMIN_CALLER, call, expectAnswer, signInAs } from '../support/worker/api-client.ts';
import { query } from '../support/worker/database.ts';
import { pullStatus } from '../support/worker/docker-login.ts';
import {
  makePlace,
  makeUser,
  projectAuthorization,
  trashWorkspace,
} from '../support/worker/people.ts';
import { pushImage } from '../support/worker/push.ts';
import { basic, bearer, expectFault, send } from '../support/worker/registry-client.ts';
import { getToken } from '../support/worker/token-service.ts';
import { afterAMinute } from './support/later.ts';

/** A project with an image, and a member's access token that may pull it. */
async function makeImage() {
  const { project, workspace } = await makePlace();
  const repository = `${workspace}/app`;
  await pushImage(repository, 'v1');
  const member = await makeUser({ [project]: 'viewer' });
  const caller = await signInAs(member);
  const { id, secret } = await makeToken(caller);
  const scope = `scope=repository:${repository}:pull`;
  return { project, workspace, repository, member, caller, id, secret, scope };
}

type Image = Awaited<ReturnType<typeof makeImage>>;

const ofProject = ({ project }: Image) => projectAuthorization(project);
const ofMember = async ({ member, secret }: Image) => basic(member.name, secret);

/** What ends a secret's right to pull, without this isolate knowing. */
const ENDS: readonly (readonly [
  string,
  (image: Image) => Promise<string>,
  (image: Image) => Promise<unknown>,
])[] = [
  [
    "the project's credential is renewed",
    ofProject,
    ({ project }) => query('UPDATE projects SET credential_version = 2 WHERE id = ?', project),
  ],
  ['the workspace goes to the trash', ofProject, ({ workspace }) => trashWorkspace(workspace)],
  [
    'the access token is revoked',
    ofMember,
    ({ id }) => query('UPDATE access_tokens SET revoked_at = 1 WHERE id = ?', id),
  ],
  [
    'the membership ends',
    ofMember,
    ({ member }) => query('DELETE FROM members WHERE user_id = ?', member.id),
  ],
  [
    'the account is disabled',
    ofMember,
    ({ member }) => query('UPDATE users SET disabled_at = 1 WHERE id = ?', member.id),
  ],
];

describe('a secret that was just granted a token', () => {
  test.each(ENDS)('pulls nothing once %s, whatever token it has or gets', async (_, who, end) => {
    const image = await makeImage();
    const header = await who(image);
    const had = bearer((await getToken(header, image.scope)).token);
    expect(await pullStatus(had, image.repository, 'v1')).toBe(200);
    await end(image);
    const answer = await send(header, 'GET', `/v2/token?${image.scope}`);
    if (answer.status === 200) {
      const { token } = (await answer.json()) as { token: string };
      expect(await pullStatus(bearer(token), image.repository, 'v1')).not.toBe(200);
    }
    expect(await pullStatus(had, image.repository, 'v1')).not.toBe(200);
  });

  test.each(ENDS)('is granted it a minute more at most after %s', async (_, who, end) => {
    const image = await makeImage();
    const header = await who(image);
    await getToken(header, image.scope);
    await end(image);
    await afterAMinute(async () => {
      const answer = await send(header, 'GET', `/v2/token?${image.scope}`);
      const { scope = '' } = (await answer.json()) as { scope?: string };
      expect(scope).toBe('');
    });
  });

  test('cannot sign in once it was revoked', async () => {
    const image = await makeImage();
    const header = await ofMember(image);
    await getToken(header, image.scope);
    await getToken(header, 'account=docker');
    await query('UPDATE access_tokens SET revoked_at = 1 WHERE id = ?', image.id);
    await expectFault(await send(header, 'GET', '/v2/token?account=docker'), 401, 'UNAUTHORIZED');
  });

  test('is refused at once where this isolate has renewed it', async () => {
    const image = await makeImage();
    const header = await ofProject(image);
    await getToken(header, image.scope);
    const path = `/projects/${image.project}/credential/rotation`;
    await expectAnswer(await call(ADMIN_CALLER, 'POST', path), 200);
    await expectFault(await send(header, 'GET', `/v2/token?${image.scope}`), 401, 'UNAUTHORIZED');
  });

  test('gets a good token right after its token was refused as ended', async () => {
    const image = await makeImage();
    const header = await ofMember(image);
    const first = bearer((await getToken(header, image.scope)).token);
    await query('UPDATE users SET token_epoch = 2 WHERE id = ?', image.member.id);
    expect(await pullStatus(first, image.repository, 'v1')).toBe(401);
    const next = bearer((await getToken(header, image.scope)).token);
    expect(await pullStatus(next, image.repository, 'v1')).toBe(200);
  });

  test('is granted nothing more by it, and neither is anyone else', async () => {
    const image = await makeImage();
    await getToken(await ofMember(image), image.scope);
    const wider = `scope=repository:${image.repository}:pull,push`;
    expect((await getToken(await ofMember(image), wider)).scope).toBe(
      `repository:${image.repository}:pull`,
    );
    expect((await getToken(null, image.scope)).scope).toBe('');
    const wrong = basic(image.member.name, `${image.secret}x`);
    await expectFault(await send(wrong, 'GET', `/v2/token?${image.scope}`), 401, 'UNAUTHORIZED');
  });
});

test('a new right is there at once for a client that was refused it', async () => {
  const image = await makeImage();
  const stranger = await makeUser();
  const { secret } = await makeToken(await signInAs(stranger));
  const header = basic(stranger.name, secret);
  expect((await getToken(header, image.scope)).scope).toBe('');
  await query(
    "INSERT INTO members (project_id, user_id, role, created_at) VALUES (?, ?, 'viewer', 0)",
    image.project,
    stranger.id,
  );
  expect((await getToken(header, image.scope)).scope).toBe(`repository:${image.repository}:pull`);
});
