import { beforeAll, describe, expect, test } from 'vitest';
import { hashSecret } from '../../src/auth/secrets.ts';
import {
  ADMIN_CALLER,
  call,
  callerOf,
  expectAnswer,
  expectProblem,
  readAll,
  signInAs,
} from '../support/worker/api-client.ts';
import { unique } from '../support/worker/content.ts';
import { bindings, query } from '../support/worker/database.ts';
import { makeProject, makeUser, makeWorkspace, trashWorkspace } from '../support/worker/people.ts';
import { bearer } from '../support/worker/registry-client.ts';
import { type Cast, makeCast, type PARTS, setRole } from './support/cast.ts';

interface Project {
  readonly id: number;
  readonly name: string;
  readonly department: { readonly id: number; readonly name: string };
  readonly createdAt: string;
}

let cast: Cast;

beforeAll(async () => {
  cast = await makeCast();
});

async function createDepartment(): Promise<number> {
  const name = unique('department');
  const answer = await call<{ id: number }>(ADMIN_CALLER, 'POST', '/departments', { name });
  return expectAnswer(answer, 201).id;
}

async function create(departmentId = 1, name = unique('project')): Promise<Project> {
  const body = { departmentId, name };
  return expectAnswer(await call<Project>(ADMIN_CALLER, 'POST', '/projects', body), 201);
}

describe('who', () => {
  /** Statuses of: create, view, rename, delete. */
  test.each([
    ['nobody', [401, 401, 401, 401]],
    ['outsider', [403, 404, 404, 403]],
    ['viewer', [403, 200, 403, 403]],
    ['developer', [403, 200, 403, 403]],
    ['owner', [403, 200, 200, 403]],
    ['admin', [201, 200, 200, 204]],
  ] as const)('%s: %j', async (part, statuses) => {
    const caller = cast.callers[part];
    const project = await makeProject();
    for (const role of ['viewer', 'developer', 'owner'] as const) {
      await setRole(project, cast.users[role], role);
    }
    const name = unique('project');
    const path = `/projects/${project}`;
    const made = await call(caller, 'POST', '/projects', { departmentId: 1, name });
    const seen = await call(caller, 'GET', path);
    const renamed = await call(caller, 'PATCH', path, { name: unique('renamed') });
    const deleted = await call(caller, 'DELETE', path);
    expect([made, seen, renamed, deleted].map(({ status }) => status)).toEqual(statuses);
  });

  test('members list their projects, an admin all, an outsider none', async () => {
    const other = await makeProject();
    const ids = async (part: (typeof PARTS)[number]) =>
      (await readAll<Project>(cast.callers[part], '/projects')).map(({ id }) => id);
    for (const part of ['viewer', 'developer', 'owner'] as const) {
      expect(await ids(part)).toContain(cast.project);
      expect(await ids(part)).not.toContain(other);
    }
    expect(await ids('outsider')).toEqual([]);
    expect(await ids('admin')).toEqual(expect.arrayContaining([cast.project, other]));
    expectProblem(await call(cast.callers.nobody, 'GET', '/projects'), 401, 'unauthorized');
  });

  test("an owner's access token cannot view or change projects: that requires the user", async () => {
    const secret = 'orlop_of-the-project-tests';
    await query(
      `INSERT INTO access_tokens (user_id, name, token_hash, scope, created_at)
        VALUES (?, 'ci', ?, '{"rights":["read","write","delete"],"workspaces":null}', 1000 * unixepoch())`,
      cast.users.owner.id,
      hashSecret(bindings.CREDENTIAL_KEY, secret),
    );
    const token = callerOf(bearer(secret));
    expect(await readAll(token, '/projects')).toEqual([]);
    expect(await readAll(token, '/departments')).toEqual([]);
    const path = `/projects/${cast.project}`;
    expectProblem(await call(token, 'GET', path), 404, 'not-found');
    expectProblem(await call(token, 'PATCH', path, { name: 'a' }), 404, 'not-found');
  });

  test.each(['outsider', 'owner'] as const)(
    'another project responds to %s as if it did not exist',
    async (part) => {
      const other = await makeProject();
      const answers = await Promise.all(
        [other, 999_999, 'x'].map((id) => call(cast.callers[part], 'GET', `/projects/${id}`)),
      );
      const told = answers.map((answer) => {
        const { instance: _, ...rest } = expectProblem(answer, 404, 'not-found');
        return rest;
      });
      expect(told[0]).toEqual(told[1]);
      expect(told[2]).toEqual(told[1]);
    },
  );
});

describe('creating, renaming and deleting', () => {
  test('a new project is returned with its department', async () => {
    const department = await createDepartment();
    const made = await create(department, '容器平台');
    expect(made.department.id).toBe(department);
    const found = await call(ADMIN_CALLER, 'GET', `/projects/${made.id}`);
    expect(expectAnswer(found, 200)).toEqual(made);
  });

  test('a name is in use within its department only', async () => {
    const [one, two] = [await createDepartment(), await createDepartment()];
    await create(one, 'Web');
    await create(two, 'Web');
    const body = { departmentId: one, name: 'Web' };
    const again = expectProblem(
      await call(ADMIN_CALLER, 'POST', '/projects', body),
      409,
      'name-taken',
    );
    expect(again.title).toContain('project Web');
    const other = await create(one);
    const path = `/projects/${other.id}`;
    const renamed = await call(ADMIN_CALLER, 'PATCH', path, { name: 'Web' });
    expect(expectProblem(renamed, 409, 'name-taken').title).toContain(other.department.name);
    expect(expectAnswer(await call(ADMIN_CALLER, 'GET', path), 200)).toEqual(other);
  });

  test('five concurrent requests with one name create one project', async () => {
    const body = { departmentId: 1, name: unique('project') };
    const calls = Array.from({ length: 5 }, () => call(ADMIN_CALLER, 'POST', '/projects', body));
    const statuses = (await Promise.all(calls)).map(({ status }) => status).sort();
    expect(statuses).toEqual([201, 409, 409, 409, 409]);
  });

  test.each([
    ['no department', { name: 'a' }, 'departmentId'],
    ['a department that is not there', { departmentId: 999_999, name: 'a' }, 'departmentId'],
    ['a department in words', { departmentId: 'default', name: 'a' }, 'departmentId'],
    ['no name', { departmentId: 1 }, 'name'],
    ['a field that is not there', { departmentId: 1, name: 'a', owner: 1 }, 'owner'],
  ])('%s is refused, naming the field', async (_what, body, field) => {
    const answer = await call(ADMIN_CALLER, 'POST', '/projects', body);
    expect(expectProblem(answer, 400, 'field-invalid').field).toBe(field);
  });

  test('a project with workspaces is not deleted, and the error names them, including those in the trash', async () => {
    const { id } = await create();
    const [one, two] = [await makeWorkspace(id), await makeWorkspace(id)];
    await trashWorkspace(two);
    const refused = await call(cast.callers.admin, 'DELETE', `/projects/${id}`);
    const { title } = expectProblem(refused, 409, 'not-empty');
    expect(title).toBe(`it still has workspaces: ${one}, ${two} (in the trash)`);
    await trashWorkspace(one);
    expectProblem(await call(cast.callers.admin, 'DELETE', `/projects/${id}`), 409, 'not-empty');
  });

  test('an empty project is deleted with its memberships', async () => {
    const { id } = await create();
    const user = await makeUser({ [id]: 'owner' });
    const caller = await signInAs(user);
    expectAnswer(await call(cast.callers.admin, 'DELETE', `/projects/${id}`), 204);
    expectProblem(await call(cast.callers.admin, 'DELETE', `/projects/${id}`), 404, 'not-found');
    expectProblem(await call(caller, 'GET', `/projects/${id}`), 404, 'not-found');
    const left = await query('SELECT 1 FROM members WHERE project_id = ?', id);
    expect(left).toEqual([]);
  });
});

describe('lists', () => {
  test('can be limited to a department', async () => {
    const department = await createDepartment();
    const inside = [await create(department, 'A'), await create(department, 'B')];
    await create();
    const path = `/projects?department=${department}`;
    expect(await readAll(ADMIN_CALLER, path)).toEqual(inside);
    const answer = await call(ADMIN_CALLER, 'GET', '/projects?department=default');
    expect(expectProblem(answer, 400, 'field-invalid').field).toBe('department');
  });

  test('projects with the same name are not skipped between pages', async () => {
    const user = await makeUser();
    const ids: number[] = [];
    for (let i = 0; i < 7; i++) {
      const { id } = await create(await createDepartment(), 'Same');
      await setRole(id, user, 'viewer');
      ids.push(id);
    }
    const seen = await readAll<Project>(await signInAs(user), '/projects?limit=2');
    expect(seen.map(({ id }) => id)).toEqual(ids);
  });

  test('paging shows every lasting entry exactly once while others come and go', async () => {
    const department = await createDepartment();
    const make = () => create(department, unique('stays'));
    const stay = await Promise.all(Array.from({ length: 15 }, make));
    const doomed = await Promise.all(Array.from({ length: 8 }, make));
    const seen = await readAll<Project>(ADMIN_CALLER, '/projects?limit=3', async (page) => {
      const gone = doomed[page];
      if (gone) expectAnswer(await call(cast.callers.admin, 'DELETE', `/projects/${gone.id}`), 204);
      await create(department, unique('stays'));
    });
    const ids = seen.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toEqual(expect.arrayContaining(stay.map(({ id }) => id)));
  });
});
