import { describe, expect, test } from 'vitest';
import { makeToken } from '../support/worker/access-tokens.ts';
import { ADMIN_CALLER, call, signInAs } from '../support/worker/api-client.ts';
import { query } from '../support/worker/database.ts';
import { makePlace, makeUser } from '../support/worker/people.ts';
import { pushImage } from '../support/worker/push.ts';
import {
  ADMIN,
  basic,
  bearer,
  expectFault,
  expectStatus,
  send,
} from '../support/worker/registry-client.ts';
import { getToken } from '../support/worker/token-service.ts';
import { sendThrough } from './support/held-database.ts';
import { later } from './support/later.ts';

/** A project whose credential has a token to pull an image, and a viewer who has one too. */
async function makeImage() {
  const { project, workspace, developer } = await makePlace();
  const repository = `${workspace}/app`;
  const image = await pushImage(repository, 'v1');
  const user = await makeUser({ [project]: 'viewer' });
  const scope = `scope=repository:${repository}:pull`;
  const ofProject = bearer((await getToken(developer, scope)).token);
  const ofUser = bearer((await getToken(user.authorization, scope)).token);
  const manifest = `/v2/${repository}/manifests/v1`;
  const blob = `/v2/${repository}/blobs/${image.layers[0]?.digest}`;
  return { project, workspace, repository, image, user, ofProject, ofUser, manifest, blob };
}

type Image = Awaited<ReturnType<typeof makeImage>>;

const api = (method: string, path: string, body?: object) => async () =>
  expect((await call(ADMIN_CALLER, method, path, body)).status).toBeLessThan(300);

/** What ends the right to pull, by whose token, the change, and the answer to a pull after it. */
const CHANGES: readonly (readonly [
  string,
  'ofProject' | 'ofUser',
  (image: Image) => () => Promise<unknown>,
  number,
])[] = [
  [
    'the credential is rotated',
    'ofProject',
    ({ project }) => api('POST', `/projects/${project}/credential/rotation`),
    401,
  ],
  [
    'the member is removed',
    'ofUser',
    ({ project, user }) => api('DELETE', `/projects/${project}/members/${user.id}`),
    403,
  ],
  [
    'the user is disabled',
    'ofUser',
    ({ user }) => api('PATCH', `/users/${user.id}`, { disabled: true }),
    401,
  ],
  [
    'the image is deleted in the console',
    'ofUser',
    ({ workspace }) => api('DELETE', `/workspaces/${workspace}/images/app`),
    404,
  ],
  [
    'the manifest and the blob are deleted by a client',
    'ofUser',
    ({ repository, image, blob }) =>
      async () => {
        const path = `/v2/${repository}/manifests/${image.digest}`;
        await expectStatus(await send(ADMIN, 'DELETE', path), 202);
        await expectStatus(await send(ADMIN, 'DELETE', blob), 202);
      },
    404,
  ],
];

describe.each(CHANGES)('once %s, no layer is pulled', (_, holder, change, status) => {
  test('with a token that was pulling', async () => {
    const image = await makeImage();
    await expectStatus(await send(image[holder], 'GET', image.manifest), 200);
    await expectStatus(await send(image[holder], 'GET', image.blob), 200);
    await change(image)();
    expect((await send(image[holder], 'GET', image.blob)).status).toBe(status);
  });

  // The clock stands still in a Worker between two I/O operations, and may be set back.
  test.each([0, -30, 30])('by an answer that was on its way, a clock %i s ahead', async (clock) => {
    const image = await makeImage();
    let isChanged = false;
    const onAnswer = async () => {
      if (isChanged) return;
      isChanged = true;
      await later(clock, change(image));
    };
    const pull = await later(0, () => sendThrough(onAnswer, image[holder], 'GET', image.manifest));
    await expectStatus(pull, 200);
    expect(isChanged).toBe(true);
    expect((await send(image[holder], 'GET', image.blob)).status).toBe(status);
  });
});

describe('a change that failed half way, after the database had made it, ends decisions', () => {
  test.each([
    [
      'of the API',
      ({ project, user }: Image) => ['DELETE', `/api/v1/projects/${project}/members/${user.id}`],
      'members',
    ],
    [
      'of a client',
      ({ repository, image }: Image) => ['DELETE', `/v2/${repository}/manifests/${image.digest}`],
      'tags',
    ],
  ] as const)('%s', async (_, request, table) => {
    const image = await makeImage();
    await expectStatus(await send(image.ofUser, 'GET', image.manifest), 200);
    const rows = async () => (await query(`SELECT count(*) AS rows FROM ${table}`))[0]?.rows;
    const before = await rows();
    const [method = '', path = ''] = request(image);
    const loseChange = async () => {
      if ((await rows()) !== before) throw new Error('Network connection lost.');
    };
    expect((await sendThrough(loseChange, ADMIN, method, path)).status).toBeGreaterThanOrEqual(500);
    expect(await rows()).not.toBe(before);
    // Only the database can have known this.
    await query('DELETE FROM members WHERE user_id = ?', image.user.id);
    await expectFault(await send(image.ofUser, 'GET', image.blob), 403, 'DENIED');
  });
});

describe('a decision ends with the access token that it was made for', () => {
  async function makeExpiring() {
    const image = await makeImage();
    const expiresAt = new Date(Date.now() + 30_000).toISOString();
    const { secret } = await makeToken(await signInAs(image.user), { expiresAt });
    const header = basic(image.user.name, secret);
    const scope = `scope=repository:${image.repository}:pull`;
    return { ...image, header, scope, token: bearer((await getToken(header, scope)).token) };
  }

  test('of pulling layers', async () => {
    const { token, manifest, blob } = await makeExpiring();
    await later(20, async () => {
      await expectStatus(await send(token, 'GET', manifest), 200);
      await expectStatus(await send(token, 'GET', blob), 200);
    });
    await later(31, async () => {
      await expectFault(await send(token, 'GET', blob), 401, 'UNAUTHORIZED');
    });
  });

  test('of granting tokens', async () => {
    const { header, scope } = await makeExpiring();
    await later(20, async () => void (await getToken(header, scope)));
    await later(31, async () => {
      await expectFault(await send(header, 'GET', `/v2/token?${scope}`), 401, 'UNAUTHORIZED');
    });
  });
});
