import { beforeAll, describe, expect, test } from 'vitest';
import { TYPES, UNKNOWN_DIGEST } from '../support/worker/content.ts';
import {
  makePlace,
  makeUser,
  tokenAuthorization,
  trashWorkspace,
} from '../support/worker/people.ts';
import { pushImage } from '../support/worker/push.ts';
import {
  ADMIN,
  ANONYMOUS,
  bearer,
  expectFault,
  expectStatus,
  send,
  type Who,
} from '../support/worker/registry-client.ts';
import { getToken } from '../support/worker/token-service.ts';

const D = UNKNOWN_DIGEST;
let mine: Awaited<ReturnType<typeof makePlace>>;
let places: Record<'one part' | 'missing' | 'private' | 'in the trash', string>;

beforeAll(async () => {
  mine = await makePlace();
  const [hidden, trashed] = [await makePlace(), await makePlace()];
  await pushImage(`${hidden.workspace}/app`, 'v1');
  await trashWorkspace(trashed.workspace);
  places = {
    'one part': 'app',
    missing: 'no-such-workspace/app',
    private: `${hidden.workspace}/app`,
    'in the trash': `${trashed.workspace}/app`,
  };
});

/** A token as a client gets it; a place that is not open has no part in it. */
const tokenFor = async (who: Who, name: string, actions: string) =>
  bearer((await getToken(who, `scope=repository:${name}:${actions}`)).token);

describe.each(['one part', 'missing', 'private', 'in the trash'] as const)(
  'a place: %s',
  (place) => {
    test.each([['manifests/v1'], [`manifests/${D}`], [`blobs/${D}`]])(
      'a push that begins with HEAD of %s goes on to the reason',
      async (path) => {
        const name = places[place];
        const head = async (who: Who) => (await send(who, 'HEAD', `/v2/${name}/${path}`)).status;
        expect(await head(mine.developer)).toBe(404);
        expect(await head(await tokenFor(mine.developer, name, 'pull,push'))).toBe(404);
        expect(await head(await tokenFor(mine.developer, name, 'push'))).toBe(404);
        expect(await head(await tokenFor(mine.developer, name, '*'))).toBe(404);
        expect(await head(ANONYMOUS)).toBe(401);
      },
    );

    test('a pull that begins with HEAD of the manifest is refused: containerd asks why', async () => {
      const name = places[place];
      const who = await tokenFor(mine.developer, name, 'pull');
      await expectStatus(await send(who, 'HEAD', `/v2/${name}/manifests/v1`), 403);
      await expectStatus(await send(who, 'HEAD', `/v2/${name}/blobs/${D}`), 404);
    });

    test('every other request is answered with the reason', async () => {
      const name = places[place];
      const who = await tokenFor(mine.developer, name, 'pull,push');
      for (const [method, path] of [
        ['GET', 'manifests/v1'],
        ['PUT', 'manifests/v1'],
        ['DELETE', 'manifests/v1'],
        ['GET', `blobs/${D}`],
        ['POST', 'blobs/uploads/'],
        ['PATCH', 'blobs/uploads/some-id'],
        ['GET', 'tags/list'],
        ['GET', `referrers/${D}`],
      ] as const) {
        const body = method === 'PUT' || method === 'PATCH' ? { body: '{}' } : {};
        const headers = { 'content-type': TYPES.image };
        const response = await send(who, method, `/v2/${name}/${path}`, { headers, ...body });
        const [fault] = await expectFault(response, 403, 'DENIED');
        const reason = place === 'one part' ? 'use <workspace>/app' : 'create it in the console';
        expect(fault?.message).toContain(reason);
      }
    });
  },
);

test('an admin hears that a workspace does not exist, and HEAD says no more than to others', async () => {
  const name = places.missing;
  await expectFault(await send(ADMIN, 'POST', `/v2/${name}/blobs/uploads/`), 404, 'NAME_UNKNOWN');
  await expectStatus(await send(ADMIN, 'HEAD', `/v2/${name}/manifests/v1`), 404);
  const pulling = await tokenFor(ADMIN, name, 'pull');
  await expectStatus(await send(pulling, 'HEAD', `/v2/${name}/manifests/v1`), 403);
});

test('a token of one image is told to ask for another one, also by HEAD', async () => {
  const who = await tokenFor(mine.developer, `${mine.workspace}/one`, 'pull,push');
  const other = `/v2/${mine.workspace}/other/manifests/v1`;
  await expectStatus(await send(who, 'HEAD', other), 401);
});

test('a personal token that may only write pushes: what it may not see is not there', async () => {
  const writer = await tokenAuthorization(await makeUser({ [mine.project]: 'developer' }), [
    'write',
  ]);
  const image = `/v2/${mine.workspace}/written`;
  await expectStatus(await send(writer, 'HEAD', `${image}/blobs/${D}`), 404);
  await expectStatus(await send(writer, 'POST', `${image}/blobs/uploads/`), 202);
});

test('one that has ended is refused before any of this', async () => {
  await expectStatus(await send(bearer('x.y.z'), 'HEAD', '/v2/app/manifests/v1'), 401);
});
