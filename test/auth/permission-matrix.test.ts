import { beforeAll, describe, expect, test } from 'vitest';
import { V2_ROUTES } from '../../src/v2/routes.ts';
import { TYPES, UNKNOWN_DIGEST } from '../support/worker/content.ts';
import {
  makeProject,
  makeUser,
  makeWorkspace,
  projectAuthorization,
} from '../support/worker/people.ts';
import { pushImage } from '../support/worker/push.ts';
import {
  ADMIN,
  ANONYMOUS,
  bearer,
  readFaults,
  type Sent,
  send,
  type Who,
} from '../support/worker/registry-client.ts';
import { getToken } from '../support/worker/token-service.ts';

type Need = 'pull' | 'push' | 'delete' | 'sign-in' | 'nothing';

/** What a route needs, a harmless request to it, and its status when it is allowed. */
interface Row extends Sent {
  readonly need: Need;
  readonly path: string;
  readonly allowed: number;
}

const D = UNKNOWN_DIGEST;
const UPLOAD = '/NAME/blobs/uploads/some-id';
const HEAD_OF_CONTENT = /\/(?:manifests\/|blobs\/sha256:)/;

/** One row for every route, without its patterns; HEAD is sent wherever GET is. */
const ROWS: Readonly<Record<string, Row>> = {
  'GET /': { need: 'sign-in', path: '/', allowed: 200 },
  'GET /token': { need: 'nothing', path: '/token', allowed: 200 },
  'POST /token': { need: 'nothing', path: '/token', allowed: 400 },
  'GET /_catalog': { need: 'sign-in', path: '/_catalog', allowed: 200 },
  'GET /:name/tags/list': { need: 'pull', path: '/NAME/tags/list', allowed: 200 },
  'GET /:name/referrers/:digest': { need: 'pull', path: `/NAME/referrers/${D}`, allowed: 200 },
  'GET /:name/manifests/:reference': { need: 'pull', path: '/NAME/manifests/v1', allowed: 200 },
  'PUT /:name/manifests/:reference': {
    need: 'push',
    path: '/NAME/manifests/v1',
    headers: { 'content-type': TYPES.image },
    body: '{}',
    allowed: 400,
  },
  'DELETE /:name/manifests/:reference': {
    need: 'delete',
    path: `/NAME/manifests/${D}`,
    allowed: 404,
  },
  'POST /:name/blobs/uploads': { need: 'push', path: '/NAME/blobs/uploads/', allowed: 202 },
  'GET /:name/blobs/uploads/:id': { need: 'push', path: UPLOAD, allowed: 404 },
  'PATCH /:name/blobs/uploads/:id': { need: 'push', path: UPLOAD, body: 'x', allowed: 404 },
  'PUT /:name/blobs/uploads/:id': { need: 'push', path: UPLOAD, body: 'x', allowed: 404 },
  'DELETE /:name/blobs/uploads/:id': { need: 'push', path: UPLOAD, allowed: 404 },
  'GET /:name/blobs/:digest': { need: 'pull', path: `/NAME/blobs/${D}`, allowed: 404 },
  'DELETE /:name/blobs/:digest': { need: 'delete', path: `/NAME/blobs/${D}`, allowed: 404 },
};

const PRINCIPALS = [
  'anonymous',
  'outsider',
  'viewer',
  'developer',
  'owner',
  'admin',
  'credential',
  'foreign credential',
] as const;
type PrincipalName = (typeof PRINCIPALS)[number];

const PLACES = ['private', 'public', 'missing'] as const;
type PlaceName = (typeof PLACES)[number];

const WORKERS: readonly PrincipalName[] = ['developer', 'owner', 'admin', 'credential'];

/** Who may do what, written out so that src/domain/roles.ts cannot change unnoticed. */
const MAY: Record<
  'private' | 'public',
  Record<'pull' | 'push' | 'delete', readonly PrincipalName[]>
> = {
  private: {
    pull: ['viewer', ...WORKERS],
    push: WORKERS,
    delete: ['developer', 'owner', 'admin'],
  },
  public: {
    pull: PRINCIPALS.filter((name) => name !== 'anonymous'),
    push: WORKERS,
    delete: ['developer', 'owner', 'admin'],
  },
};

function expectedStatus(row: Row, principal: PrincipalName, place: PlaceName): number {
  if (row.need === 'nothing') return row.allowed;
  if (principal === 'anonymous') return 401;
  if (row.need === 'sign-in') return row.allowed;
  if (place === 'missing') return principal === 'admin' ? 404 : 403;
  return MAY[place][row.need].includes(principal) ? row.allowed : 403;
}

let names: Record<PlaceName, string>;
let headers: Record<PrincipalName, Who>;

beforeAll(async () => {
  const project = await makeProject();
  const user = async (role?: 'viewer' | 'developer' | 'owner') =>
    (await makeUser(role ? { [project]: role } : {})).authorization;
  names = {
    private: `${await makeWorkspace(project, 'private')}/app`,
    public: `${await makeWorkspace(project, 'public')}/app`,
    missing: 'no-such-workspace/app',
  };
  headers = {
    anonymous: ANONYMOUS,
    outsider: await user(),
    viewer: await user('viewer'),
    developer: await user('developer'),
    owner: await user('owner'),
    admin: ADMIN,
    credential: await projectAuthorization(project),
    'foreign credential': await projectAuthorization(await makeProject()),
  };
  for (const place of ['private', 'public'] as const) await pushImage(names[place], 'v1');
});

test('every route has its row, and every row its route', () => {
  const routes = V2_ROUTES.map(([method, path]) => `${method} ${path.replace(/\{[^}]*\}/g, '')}`);
  expect(Object.keys(ROWS).sort()).toEqual([...routes].sort());
});

/** A token with all the scopes it can have, for the place and the catalog. */
async function signInByToken(principal: PrincipalName, place: PlaceName): Promise<Who> {
  const scopes = `scope=repository:${names[place]}:*&scope=registry:catalog:*`;
  return bearer((await getToken(headers[principal], scopes)).token);
}

describe.each(PRINCIPALS)('%s', (principal) => {
  describe.each(PLACES)('in a %s workspace', (place) => {
    test.each(['Basic', 'Bearer'])('by %s', async (scheme) => {
      const byToken = scheme === 'Bearer';
      const who = byToken ? await signInByToken(principal, place) : headers[principal];
      const found: Record<string, number> = {};
      const expected: Record<string, number> = {};
      for (const [route, row] of Object.entries(ROWS)) {
        if (byToken && row.path === '/token') continue;
        const [method = ''] = route.split(' ');
        for (const asked of method === 'GET' ? ['GET', 'HEAD'] : [method]) {
          const path = `/v2${row.path.replace('NAME', names[place])}`;
          const response = await send(who, asked, path, row);
          if (response.status >= 400 && asked !== 'HEAD') await readFaults(response);
          else await response.body?.cancel();
          found[`${asked} ${row.path}`] = response.status;
          const status = expectedStatus(row, principal, place);
          // Clients begin a push with these, and stop at any other refusal.
          const goesOn = status === 403 && asked === 'HEAD' && HEAD_OF_CONTENT.test(row.path);
          expected[`${asked} ${row.path}`] = goesOn ? 404 : status;
        }
      }
      expect(found).toEqual(expected);
    });
  });
});

describe('a private workspace gets exactly the answers of a missing one', () => {
  const inRepository = Object.entries(ROWS).filter(([, row]) => row.path.includes('NAME'));

  async function readAnswer(who: Who, method: string, row: Row, place: PlaceName) {
    const workspace = names[place].split('/')[0] ?? '';
    const path = `/v2${row.path.replace('NAME', names[place])}`;
    const response = await send(who, method, path, row);
    const text = JSON.stringify([[...response.headers], await response.text()]);
    return [response.status, text.replaceAll(workspace, 'WORKSPACE')];
  }

  test.each(['anonymous', 'outsider', 'foreign credential'] as const)(
    'to %s',
    async (principal) => {
      for (const who of [headers[principal], await signInByToken(principal, 'private')]) {
        for (const [route, row] of inRepository) {
          const [method = ''] = route.split(' ');
          for (const asked of method === 'GET' ? ['GET', 'HEAD'] : [method]) {
            const one = await readAnswer(who, asked, row, 'private');
            expect(one, route).toEqual(await readAnswer(who, asked, row, 'missing'));
          }
        }
      }
    },
  );

  test.each(['anonymous', 'outsider'] as const)(
    'by the token service, to %s',
    async (principal) => {
      for (const place of ['private', 'missing'] as const) {
        const { scope } = await getToken(headers[principal], `scope=repository:${names[place]}:*`);
        expect(scope).toBe('');
      }
    },
  );
});
