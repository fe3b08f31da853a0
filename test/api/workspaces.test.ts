import { beforeAll, describe, expect, test } from 'vitest';
import { hashSecret } from '../../src/auth/secrets.ts';
import { listDepartments } from '../../src/storage/accounts/departments.ts';
import { listProjects } from '../../src/storage/accounts/projects.ts';
import { openDatabase } from '../../src/storage/database.ts';
import { listWorkspaces, type WorkspaceFilter } from '../../src/storage/workspaces/workspaces.ts';
import {
  ADMIN_CALLER,
  type Caller,
  call,
  callerOf,
  expectAnswer,
  expectProblem,
  readAll,
  signInAs,
} from '../support/worker/api-client.ts';
import { unique } from '../support/worker/content.ts';
import { bindings, query } from '../support/worker/database.ts';
import {
  makeProject,
  makeUser,
  makeWorkspace,
  projectAuthorization,
} from '../support/worker/people.ts';
import { pushImage } from '../support/worker/push.ts';
import { ADMIN, bearer, send } from '../support/worker/registry-client.ts';
import { countRowsRead } from '../support/worker/rows-read.ts';
import { type Cast, makeCast, type Part } from './support/cast.ts';

interface Workspace {
  readonly name: string;
  readonly access: 'private' | 'public';
  readonly project: { readonly id: number; readonly name: string };
  readonly untaggedDays: number | null;
  readonly images: number;
  readonly size: number;
  readonly pulls: number;
}

let cast: Cast;

beforeAll(async () => {
  cast = await makeCast();
});

async function create(
  name = unique('made'),
  access: 'private' | 'public' = 'private',
  project = cast.project,
): Promise<Workspace> {
  const path = `/projects/${project}/workspaces`;
  return expectAnswer(
    await call<Workspace>(cast.callers.admin, 'POST', path, { name, access }),
    201,
  );
}

const names = async (caller: Caller, path: string) =>
  (await readAll<Workspace>(caller, path)).map(({ name }) => name);

describe('who', () => {
  /** Statuses of create, and then of: view, change, delete. */
  const rows: [Part, number, number[], number[]][] = [
    ['nobody', 401, [401, 401, 401], [401, 401, 401]],
    ['outsider', 404, [404, 404, 404], [200, 403, 403]],
    ['viewer', 403, [200, 403, 403], [200, 403, 403]],
    ['developer', 201, [200, 200, 200], [200, 200, 200]],
    ['owner', 201, [200, 200, 200], [200, 200, 200]],
    ['admin', 201, [200, 200, 200], [200, 200, 200]],
  ];

  test.each(rows)('%s: create %i; private %j; public %j', async (part, made, hidden, open) => {
    const caller = cast.callers[part];
    const body = { name: unique('who'), access: 'private' };
    const path = `/projects/${cast.project}/workspaces`;
    expect((await call(caller, 'POST', path, body)).status).toBe(made);
    for (const [access, statuses] of [
      ['private', hidden],
      ['public', open],
    ] as const) {
      const one = `/workspaces/${await makeWorkspace(cast.project, access)}`;
      const seen = await call(caller, 'GET', one);
      const changed = await call(caller, 'PATCH', one, { untaggedDays: 7 });
      const deleted = await call(caller, 'DELETE', one);
      expect([seen, changed, deleted].map(({ status }) => status)).toEqual(statuses);
    }
  });

  test('to an outsider, a private workspace responds as if it did not exist', async () => {
    const hidden = await makeWorkspace(cast.project);
    for (const method of ['GET', 'PATCH', 'DELETE']) {
      const told = await Promise.all(
        [hidden, 'no-such-workspace', 'No%20Name'].map(async (name) => {
          const body = method === 'PATCH' ? { access: 'public' } : undefined;
          const answer = await call(cast.callers.outsider, method, `/workspaces/${name}`, body);
          const { instance: _, ...rest } = expectProblem(answer, 404, 'not-found');
          return JSON.stringify(rest).replaceAll(name, '');
        }),
      );
      expect(new Set(told).size).toBe(1);
    }
  });
});

describe('creating', () => {
  test('a new workspace is returned, and images can be pushed to it', async () => {
    const { project, users, callers } = cast;
    const name = unique('made.with-every_sign__of.the--grammar');
    const body = { name, access: 'public' };
    const path = `/projects/${project}/workspaces`;
    const made = expectAnswer(await call(callers.developer, 'POST', path, body), 201);
    expect(made).toEqual({
      name,
      access: 'public',
      project: { id: project, name: expect.any(String) },
      department: { id: 1, name: 'default' },
      untaggedDays: 30,
      allowed: expect.arrayContaining(['workspace:publish', 'trash:purge']),
      images: 0,
      size: 0,
      pulls: 0,
      createdAt: expect.stringMatching(/^20.*Z$/),
      createdBy: users.developer.name,
    });
    expect(expectAnswer(await call(callers.viewer, 'GET', `/workspaces/${name}`), 200)).toEqual({
      ...(made as object),
      allowed: ['image:pull', 'workspace:open', 'workspace:view'],
    });
    await pushImage(`${name}/a`, 'v1', { who: users.developer.authorization });
  });

  test.each([
    ['a capital', 'Web'],
    ['a slash', 'web/app'],
    ['a sign at its end', 'web-'],
    ['nothing', ''],
    ['129 characters', 'a'.repeat(129)],
    ['a name of the platform', 'v2'],
    ['another name of the platform', 'api'],
  ])('a name with %s is refused', async (_what, name) => {
    const path = `/projects/${cast.project}/workspaces`;
    const answer = await call(cast.callers.owner, 'POST', path, { name, access: 'private' });
    expect(expectProblem(answer, 400, 'field-invalid').field).toBe('name');
  });

  test.each([
    ['no access', { name: 'a' }, 'access'],
    ['access to nobody', { name: 'a', access: 'secret' }, 'access'],
    ['a field that is not there', { name: 'a', access: 'private', owner: 1 }, 'owner'],
  ])('%s is refused, naming the field', async (_what, body, field) => {
    const path = `/projects/${cast.project}/workspaces`;
    const answer = await call(cast.callers.owner, 'POST', path, body);
    expect(expectProblem(answer, 400, 'field-invalid').field).toBe(field);
  });

  test('ten concurrent requests with one name, in two projects, create one workspace', async () => {
    const projects = [cast.project, await makeProject()];
    const body = { name: unique('race'), access: 'private' };
    const calls = Array.from({ length: 10 }, (_, i) =>
      call(ADMIN_CALLER, 'POST', `/projects/${projects[i % 2]}/workspaces`, body),
    );
    const statuses = (await Promise.all(calls)).map(({ status }) => status).sort();
    expect(statuses).toEqual([201, ...Array(9).fill(409)]);
  });

  test('a name in use: only users who may see the workspace learn its project', async () => {
    const { project, callers } = cast;
    const [mine, theirs] = [await makeProject(), await makeProject()];
    const owner = await signInAs(await makeUser({ [mine]: 'owner' }));
    const words = async (caller: Caller, at: number, name: string) => {
      const path = `/projects/${at}/workspaces`;
      const answer = await call(caller, 'POST', path, { name, access: 'private' });
      return expectProblem(answer, 409, 'name-taken');
    };
    const hidden = await create(unique('taken'), 'private', theirs);
    const open = await create(unique('taken'), 'public', theirs);
    const known = await create();
    const told = await words(owner, mine, hidden.name);
    expect(told.title).toBe(`there is already a workspace ${hidden.name}`);
    expect(JSON.stringify(told)).not.toContain(hidden.project.name);
    expect((await words(owner, mine, open.name)).title).toContain(open.project.name);
    expect((await words(callers.owner, project, known.name)).title).toContain(known.project.name);
  });
});

describe('access', () => {
  test('a change affects an outsider from the next request on, at both surfaces', async () => {
    const { callers, users } = cast;
    const { name } = await create();
    await pushImage(`${name}/app`, 'v1');
    const { authorization } = users.outsider;
    const scope = `repository:${name}/app:pull`;
    const tokenOf = async () => {
      const response = await send(authorization, 'GET', `/v2/token?scope=${scope}`);
      return bearer(((await response.json()) as { token: string }).token);
    };
    const statuses = async (token: string) => {
      const manifest = `/v2/${name}/app/manifests/v1`;
      const api = await call(callers.outsider, 'GET', `/workspaces/${name}`);
      const v2 = [await send(authorization, 'GET', manifest), await send(token, 'GET', manifest)];
      return [api.status, ...v2.map(({ status }) => status)];
    };
    const change = async (access: string) => {
      const answer = await call<Workspace>(callers.developer, 'PATCH', `/workspaces/${name}`, {
        access,
      });
      expect(expectAnswer(answer, 200).access).toBe(access);
    };
    expect(await statuses(await tokenOf())).toEqual([404, 403, 403]);
    await change('public');
    const token = await tokenOf();
    expect(await statuses(token)).toEqual([200, 200, 200]);
    expect(await names(callers.outsider, `/workspaces?scope=shared&q=${name}`)).toEqual([name]);
    await change('private');
    expect(await statuses(token)).toEqual([404, 403, 403]);
    expect(await names(callers.outsider, `/workspaces?scope=shared&q=${name}`)).toEqual([]);
  });

  test('a change leaves other fields unchanged', async () => {
    const { name } = await create(unique('kept'), 'public');
    const path = `/workspaces/${name}`;
    const change = async (body: unknown) => {
      const answer = await call<Workspace>(cast.callers.owner, 'PATCH', path, body);
      const { access, untaggedDays } = expectAnswer(answer, 200);
      return [access, untaggedDays];
    };
    expect(await change({ untaggedDays: 3 })).toEqual(['public', 3]);
    expect(await change({ access: 'private' })).toEqual(['private', 3]);
    expect(await change({ untaggedDays: null })).toEqual(['private', null]);
    expect(await change({})).toEqual(['private', null]);
  });

  test.each([
    [{ access: 'open' }, 'access'],
    [{ untaggedDays: 0 }, 'untaggedDays'],
    [{ name: 'new' }, 'name'],
  ])('%j is refused, naming the field', async (body, field) => {
    const { name } = await create();
    const answer = await call(cast.callers.owner, 'PATCH', `/workspaces/${name}`, body);
    expect(expectProblem(answer, 400, 'field-invalid').field).toBe(field);
  });
});

describe('deleting', () => {
  test('the response counts what was deleted; nothing of it is served; the name is free at once', async () => {
    const { callers } = cast;
    const { name } = await create(unique('gone'), 'public');
    const pushed = await pushImage(`${name}/a`, 'v1');
    await pushImage(`${name}/b`, 'v1');
    const path = `/workspaces/${name}`;
    const before = expectAnswer(await call<Workspace>(callers.viewer, 'GET', path), 200);
    expect([before.images, before.size]).toEqual([2, 2 * (64 + 32)]);
    const gone = expectAnswer(await call(callers.developer, 'DELETE', path), 200);
    const trashId = expect.stringMatching(/^workspace-\d+$/);
    expect(gone).toEqual({ trashId, images: 2, size: before.size });

    expectProblem(await call(callers.developer, 'DELETE', path), 404, 'not-found');
    expectProblem(await call(ADMIN_CALLER, 'GET', path), 404, 'not-found');
    for (const scope of ['own', 'shared']) {
      expect(await names(callers.owner, `/workspaces?scope=${scope}&q=${name}`)).toEqual([]);
    }
    const v2 = [`manifests/v1`, `manifests/${pushed.digest}`, `blobs/${pushed.config.digest}`];
    for (const end of [...v2, 'tags/list']) {
      expect((await send(ADMIN, 'GET', `/v2/${name}/a/${end}`)).status).toBe(404);
    }
    const blob = `mount=${pushed.config.digest}&from=${name}/a`;
    const elsewhere = (await create()).name;
    const mounted = await send(ADMIN, 'POST', `/v2/${elsewhere}/a/blobs/uploads/?${blob}`);
    expect(mounted.status).toBe(202);

    const again = await create(name);
    expect([again.access, again.images, again.size]).toEqual(['private', 0, 0]);
    expect((await send(ADMIN, 'GET', `/v2/${name}/a/manifests/v1`)).status).toBe(404);
  });

  test('of five concurrent deletions, one succeeds', async () => {
    const { name } = await create();
    const calls = Array.from({ length: 5 }, () =>
      call(cast.callers.owner, 'DELETE', `/workspaces/${name}`),
    );
    const statuses = (await Promise.all(calls)).map(({ status }) => status).sort();
    expect(statuses).toEqual([200, 404, 404, 404, 404]);
  });
});

describe('lists', () => {
  test('own, shared and all', async () => {
    const { project, callers } = cast;
    const other = await makeProject();
    const word = unique('scoped');
    const mine = [await create(`${word}-a`), await create(`${word}-b`, 'public')];
    const open = await create(`${word}-c`, 'public', other);
    const hidden = await create(`${word}-d`, 'private', other);
    const own = mine.map(({ name }) => name);
    const list = (caller: Caller, scope: string) =>
      names(caller, `/workspaces?scope=${scope}&q=${word}`);
    for (const part of ['viewer', 'developer', 'owner'] as const) {
      expect(await list(callers[part], 'own')).toEqual(own);
      expect(await list(callers[part], 'shared')).toEqual([open.name]);
      const all = await call(callers[part], 'GET', '/workspaces?scope=all');
      expectProblem(all, 403, 'denied');
    }
    expect(await list(callers.outsider, 'own')).toEqual([]);
    expect(await list(callers.outsider, 'shared')).toEqual([`${word}-b`, open.name]);
    expect(await list(callers.admin, 'own')).toEqual([]);
    expect(await list(callers.admin, 'all')).toEqual([...own, open.name, hidden.name]);
    const credential = callerOf(await projectAuthorization(project));
    expectProblem(await call(credential, 'GET', '/workspaces'), 403, 'denied');
    expectProblem(await call(callers.nobody, 'GET', '/workspaces'), 401, 'unauthorized');
    const filtered = `/workspaces?scope=all&project=${other}`;
    expect(await names(callers.admin, filtered)).toEqual([open.name, hidden.name]);
  });

  test('an access token lists what it is limited to', async () => {
    const [one, two] = [await create(), await create()];
    const user = await makeUser({ [cast.project]: 'developer' });
    const makeToken = async (rights: string[], workspaces: string[] | null) => {
      const secret = `orlop_${unique('listing')}`;
      await query(
        `INSERT INTO access_tokens (user_id, name, token_hash, scope, created_at)
          VALUES (?, 'ci', ?, ?, 1000 * unixepoch())`,
        user.id,
        hashSecret(bindings.CREDENTIAL_KEY, secret),
        JSON.stringify({ rights, workspaces }),
      );
      return callerOf(bearer(secret));
    };
    const limited = await makeToken(['read'], [one.name]);
    expect(await names(limited, '/workspaces')).toEqual([one.name]);
    expect(await names(limited, '/workspaces?scope=shared')).toEqual([]);
    expect((await call(limited, 'GET', `/workspaces/${two.name}`)).status).toBe(404);
    const writer = await makeToken(['write'], null);
    expect(await names(writer, '/workspaces')).toEqual([]);
  });

  test('counts, bytes and pulls are the sums of the images', async () => {
    const { name } = await create();
    await pushImage(`${name}/a`, 'v1');
    await pushImage(`${name}/b`, 'v1');
    await query(
      `UPDATE images SET pulls = 5 WHERE name = 'a' AND workspace_id =
        (SELECT id FROM workspaces WHERE name = ?)`,
      name,
    );
    const [listed] = await readAll<Workspace>(cast.callers.viewer, `/workspaces?q=${name}`);
    const viewed = await call(cast.callers.viewer, 'GET', `/workspaces/${name}`);
    expect(expectAnswer(viewed, 200)).toEqual(listed);
    expect(listed).toMatchObject({ images: 2, size: 2 * (64 + 32), pulls: 5 });
  });

  test.each([
    ['scope=mine', 'scope'],
    ['project=x', 'project'],
    [`q=${'a'.repeat(129)}`, 'q'],
    ['limit=1000', 'limit'],
    ['cursor=bm8', 'cursor'],
    ['sort=size', 'sort'],
  ])('?%s is refused, naming the field', async (search, field) => {
    const answer = await call(cast.callers.owner, 'GET', `/workspaces?${search}`);
    expect(expectProblem(answer, 400, 'field-invalid').field).toBe(field);
  });

  test('SQL wildcards are ordinary characters', async () => {
    for (const q of ['%25', '_', "'", '%00', '*', '%F0%9F%9A%A2']) {
      expect(await names(cast.callers.admin, `/workspaces?scope=all&q=${q}`)).toEqual([]);
    }
  });

  test.each(['own', 'all'])(
    'paging %s shows what was there throughout just once',
    async (scope) => {
      const project = await makeProject();
      const user = await makeUser({ [project]: 'owner' });
      const caller = scope === 'own' ? await signInAs(user) : cast.callers.admin;
      const make = () => create(unique(`stays-${scope}`), 'private', project);
      const stay = await Promise.all(Array.from({ length: 15 }, make));
      const doomed = await Promise.all(Array.from({ length: 8 }, make));
      const path = `/workspaces?scope=${scope}&limit=3`;
      const seen = await readAll<Workspace>(caller, path, async (page) => {
        const gone = doomed[page];
        if (gone) expectAnswer(await call(ADMIN_CALLER, 'DELETE', `/workspaces/${gone.name}`), 200);
        await make();
      });
      const found = seen.map(({ name }) => name);
      expect(new Set(found).size).toBe(found.length);
      expect(found).toEqual(expect.arrayContaining(stay.map(({ name }) => name)));
      expect(found).toEqual([...found].sort());
    },
  );
});

describe('rows read for a page of ten, among 3,000 workspaces in 300 projects', () => {
  const db = openDatabase(bindings.DB);
  let mine: number[];

  beforeAll(async () => {
    await query(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300)
      INSERT INTO departments (name, created_at) SELECT 'rows-' || i, 0 FROM n`);
    await query(`INSERT INTO projects (department_id, name, created_at)
      SELECT id, name, 0 FROM departments WHERE name LIKE 'rows-%'`);
    await query(`WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 9)
      INSERT INTO workspaces (project_id, name, access, created_at, created_by)
        SELECT p.id, p.name || '-' || i, iif(i = 5, 'public', 'private'), 0, 'test'
          FROM projects AS p, n WHERE p.name LIKE 'rows-%'`);
    const rows = await query<{ id: number }>(
      "SELECT id FROM projects WHERE name LIKE 'rows-%' ORDER BY id LIMIT 3 OFFSET 200",
    );
    mine = rows.map(({ id }) => id);
  });

  const visibility = { projectIds: 'all', public: true, names: null } as const;
  const filter = (scope: WorkspaceFilter['scope']) => ({
    scope,
    mine,
    visibility: scope === 'all' ? visibility : { ...visibility, projectIds: mine },
    projectId: null,
    prefix: '',
  });

  // Each entry reads its row, those of its project and department, and their index rows.
  test.each([
    ['own', ''],
    ['shared', ''],
    ['shared', 'rows-250'],
    ['all', ''],
    ['all', 'rows-250'],
  ] as const)('workspaces, %s, after "%s": under 150', async (scope, after) => {
    const [, rows] = await countRowsRead(() => listWorkspaces(db, filter(scope), after, 10));
    expect(rows).toBeGreaterThan(10);
    expect(rows).toBeLessThan(150);
  });

  test.each([
    ['by the beginning of their names', { prefix: 'rows-29' }, 'rows-290-1'],
    ['of one project', { projectId: 250 }, ''],
  ])('workspaces %s: under 150', async (_what, narrowed, later) => {
    for (const after of ['', later]) {
      const wanted = { ...filter('all'), ...narrowed };
      const [, rows] = await countRowsRead(() => listWorkspaces(db, wanted, after, 10));
      expect(rows).toBeGreaterThan(10);
      expect(rows).toBeLessThan(150);
    }
  });

  test.each(['', 'rows-250'])('projects and departments after "%s": under 150', async (after) => {
    for (const projectIds of ['all', mine] as const) {
      const all = { projectIds, departmentId: null };
      const [, read] = await countRowsRead(() => listProjects(db, all, [after, 0], 10));
      expect(read).toBeLessThan(150);
      const [, rows] = await countRowsRead(() => listDepartments(db, projectIds, after, 10));
      expect(rows).toBeLessThan(150);
    }
  });
});
