import { beforeAll, describe, expect, test } from 'vitest';
import {
  ADMIN_CALLER,
  call,
  expectAnswer,
  expectProblem,
  type Problem,
  readAll,
} from '../support/worker/api-client.ts';
import { unique } from '../support/worker/content.ts';
import { type Cast, makeCast, PARTS } from './support/cast.ts';

interface Department {
  readonly id: number;
  readonly name: string;
  readonly createdAt: string;
}

let cast: Cast;

beforeAll(async () => {
  cast = await makeCast();
});

async function create(name = unique('department')): Promise<Department> {
  return expectAnswer(await call<Department>(ADMIN_CALLER, 'POST', '/departments', { name }), 201);
}

async function createProject(departmentId: number, name = unique('project')) {
  const body = { departmentId, name };
  const answer = await call<{ id: number }>(ADMIN_CALLER, 'POST', '/projects', body);
  return expectAnswer(answer, 201).id;
}

describe('who', () => {
  const refused = { nobody: 401, outsider: 403, viewer: 403, developer: 403, owner: 403 };

  test.each(PARTS)(
    '%s: only a cloud admin makes, renames and deletes departments',
    async (part) => {
      const { id } = await create();
      const caller = cast.callers[part];
      const body = { name: unique('department') };
      const wanted = part === 'admin' ? null : refused[part];
      const made = await call(caller, 'POST', '/departments', body);
      expect(made.status).toBe(wanted ?? 201);
      const renamed = await call(caller, 'PATCH', `/departments/${id}`, { name: unique('new') });
      expect(renamed.status).toBe(wanted ?? 200);
      const deleted = await call(caller, 'DELETE', `/departments/${id}`);
      expect(deleted.status).toBe(wanted ?? 204);
    },
  );

  test('members see the departments of their projects, and no others', async () => {
    const other = await create();
    for (const part of ['viewer', 'developer', 'owner'] as const) {
      const seen = await readAll<Department>(cast.callers[part], '/departments');
      expect(seen.map(({ id }) => id)).toEqual([1]);
      expectAnswer(await call(cast.callers[part], 'GET', '/departments/1'), 200);
      const hidden = await call(cast.callers[part], 'GET', `/departments/${other.id}`);
      expectProblem(hidden, 404, 'not-found');
    }
    expect(await readAll(cast.callers.outsider, '/departments')).toEqual([]);
    const all = await readAll<Department>(cast.callers.admin, '/departments');
    expect(all.map(({ id }) => id)).toContain(other.id);
  });

  test('an anonymous user gets 401', async () => {
    for (const path of ['/departments', '/departments/1']) {
      expectProblem(await call(cast.callers.nobody, 'GET', path), 401, 'unauthorized');
    }
  });

  test('a department of other projects responds as if it did not exist', async () => {
    const { id } = await create();
    const words = async (one: number) => {
      const answer = await call<Problem>(cast.callers.viewer, 'GET', `/departments/${one}`);
      const { instance: _, ...rest } = expectProblem(answer, 404, 'not-found');
      return rest;
    };
    expect(await words(id)).toEqual(await words(999_999));
  });
});

describe('creating and renaming', () => {
  test('a new department is returned with its time in UTC', async () => {
    const name = '支付 & Abrechnung 🚢';
    const made = await create(name);
    expect(made).toEqual({ id: made.id, name, createdAt: expect.stringMatching(/^20.*Z$/) });
    const found = await call(ADMIN_CALLER, 'GET', `/departments/${made.id}`);
    expect(expectAnswer(found, 200)).toEqual(made);
  });

  test('a name in use is refused, and the error names its owner', async () => {
    const { name } = await create();
    const again = await call(ADMIN_CALLER, 'POST', '/departments', { name });
    const { title, field } = expectProblem(again, 409, 'name-taken');
    expect([title, field]).toEqual([`there is already a department ${name}`, 'name']);
  });

  test('ten concurrent requests with one name create one department', async () => {
    const name = unique('department');
    const calls = Array.from({ length: 10 }, () =>
      call(ADMIN_CALLER, 'POST', '/departments', { name }),
    );
    const statuses = (await Promise.all(calls)).map(({ status }) => status).sort();
    expect(statuses).toEqual([201, ...Array(9).fill(409)]);
  });

  test('two encodings of the same characters are one name', async () => {
    await create('Caf\u00e9');
    const again = await call(ADMIN_CALLER, 'POST', '/departments', { name: 'Cafe\u0301' });
    expectProblem(again, 409, 'name-taken');
  });

  test('a department can be renamed, also to its own name, but not to another one’s', async () => {
    const [one, two] = [await create(), await create()];
    const path = `/departments/${one.id}`;
    const name = unique('renamed');
    const renamed = expectAnswer(await call(ADMIN_CALLER, 'PATCH', path, { name }), 200);
    expect(renamed).toEqual({ ...one, name });
    expectAnswer(await call(ADMIN_CALLER, 'PATCH', path, { name }), 200);
    const taken = await call(ADMIN_CALLER, 'PATCH', path, { name: two.name });
    expectProblem(taken, 409, 'name-taken');
    expect(expectAnswer(await call(ADMIN_CALLER, 'GET', path), 200)).toEqual({ ...one, name });
    const gone = await call(ADMIN_CALLER, 'PATCH', '/departments/999999', { name: two.name });
    expectProblem(gone, 404, 'not-found');
  });

  test.each([
    ['nothing', {}, 'name'],
    ['an empty name', { name: '' }, 'name'],
    ['a space before it', { name: ' a' }, 'name'],
    ['a line break', { name: 'a\nb' }, 'name'],
    ['a character that turns the text', { name: 'a\u202eb' }, 'name'],
    ['half a character', { name: 'a\ud800' }, 'name'],
    ['65 characters', { name: 'a'.repeat(65) }, 'name'],
    ['a number', { name: 7 }, 'name'],
    ['a field that is not there', { name: 'a', color: 'red' }, 'color'],
  ])('%s is refused, naming the field', async (_what, body, field) => {
    const made = await call(ADMIN_CALLER, 'POST', '/departments', body);
    expect(expectProblem(made, 400, 'field-invalid').field).toBe(field);
    const renamed = await call(ADMIN_CALLER, 'PATCH', '/departments/1', body);
    expect(expectProblem(renamed, 400, 'field-invalid').field).toBe(field);
  });

  test.each([
    ['/departments/abc', 'departmentId'],
    ['/departments/0', 'departmentId'],
    ['/departments/1.5', 'departmentId'],
    ['/departments/99999999999999999999', 'departmentId'],
    ['/departments?limit=0', 'limit'],
    ['/departments?limit=201', 'limit'],
    ['/departments?cursor=abc', 'cursor'],
    ['/departments?cursor=WzFd', 'cursor'],
    ['/departments?page=2', 'page'],
  ])('%s is refused, naming the field', async (path, field) => {
    const answer = await call(ADMIN_CALLER, 'GET', path);
    expect(expectProblem(answer, 400, 'field-invalid').field).toBe(field);
  });
});

describe('deleting', () => {
  test('a department with projects is not deleted, and the error names them', async () => {
    const { id } = await create();
    await createProject(id, 'Ledger');
    const ship = await createProject(id, 'Ship');
    const refused = await call(cast.callers.admin, 'DELETE', `/departments/${id}`);
    const { title, detail } = expectProblem(refused, 409, 'not-empty');
    expect(title).toBe('it still has projects: Ledger, Ship');
    expect(detail).toEqual({ projects: ['Ledger', 'Ship'], more: false });
    expectAnswer(await call(cast.callers.admin, 'DELETE', `/projects/${ship}`), 204);
    expectProblem(await call(cast.callers.admin, 'DELETE', `/departments/${id}`), 409, 'not-empty');
    expectAnswer(await call(ADMIN_CALLER, 'GET', `/departments/${id}`), 200);
  });

  test('an empty department is deleted once, and its name is free', async () => {
    const { id, name } = await create();
    expectAnswer(await call(cast.callers.admin, 'DELETE', `/departments/${id}`), 204);
    expectProblem(await call(cast.callers.admin, 'DELETE', `/departments/${id}`), 404, 'not-found');
    await create(name);
  });

  test('creating a project while its department is deleted: one of the two is refused', async () => {
    for (let round = 0; round < 5; round++) {
      const { id } = await create();
      const body = { departmentId: id, name: 'Late' };
      const [deleted, made] = await Promise.all([
        call(cast.callers.admin, 'DELETE', `/departments/${id}`),
        call(ADMIN_CALLER, 'POST', '/projects', body),
      ]);
      expect([
        [204, 400],
        [409, 201],
      ]).toContainEqual([deleted.status, made.status]);
    }
  });
});

test('paging shows every lasting entry exactly once while others come and go', async () => {
  const stay = await Promise.all(Array.from({ length: 23 }, () => create(unique('stays'))));
  const doomed = await Promise.all(Array.from({ length: 10 }, () => create(unique('stays'))));
  const seen = await readAll<Department>(ADMIN_CALLER, '/departments?limit=4', async (page) => {
    const gone = doomed[page];
    if (gone)
      expectAnswer(await call(cast.callers.admin, 'DELETE', `/departments/${gone.id}`), 204);
    await create(unique('stays'));
    await create(unique('before'));
  });
  const ids = seen.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids).toEqual(expect.arrayContaining(stay.map(({ id }) => id)));
  const names = seen.map(({ name }) => name);
  expect(names).toEqual([...names].sort());
});
