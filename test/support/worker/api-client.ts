import { expect } from 'vitest';
import { query } from './database.ts';
import { makeUser, PASSWORD, type User } from './people.ts';
import { ADMIN, ORIGIN, send, type Who } from './registry-client.ts';

/** Headers that a caller sends with every request. */
export type Caller = Readonly<Record<string, string>>;

/** Somebody who shows an Authorization header, or nobody. */
export const callerOf = (who: Who): Caller => (who === null ? {} : { authorization: who });

export const ANONYMOUS: Caller = callerOf(null);
export const ADMIN_CALLER: Caller = callerOf(ADMIN);

/** Signs a user in as a browser does: the cookie, and the origin of our own pages. */
export async function signInAs(user: Pick<User, 'name'>, password = PASSWORD): Promise<Caller> {
  const answer = await call(ANONYMOUS, 'POST', '/session', { username: user.name, password });
  expectAnswer(answer, 200);
  const [cookie = ''] = (answer.headers.get('set-cookie') ?? '').split(';');
  return { cookie, origin: ORIGIN };
}

/** A user with a password who is a cloud admin. */
export async function makeAdminUser(): Promise<User> {
  const user = await makeUser();
  await query('UPDATE users SET is_admin = 1 WHERE id = ?', user.id);
  return user;
}

/** The same, signed in. */
export async function makeAdmin(): Promise<Caller> {
  return await signInAs(await makeAdminUser());
}

/** An answer of the API, its body read. */
export interface Answer<T = unknown> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: T;
}

/** One call of the API; `path` follows /api/v1, the body is sent as JSON. */
export async function call<T = unknown>(
  caller: Caller,
  method: string,
  path: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer<T>> {
  const json = body === undefined ? {} : { 'content-type': 'application/json' };
  const response = await send(null, method, `/api/v1${path}`, {
    headers: { ...caller, ...json, ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: (text === '' ? null : JSON.parse(text)) as T,
  };
}

/** An error as every call answers it. */
export interface Problem {
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly field?: string;
  readonly detail?: unknown;
  readonly instance: string;
}

/** Asserts a status, showing the answer when it is another one; answers the body. */
export function expectAnswer<T>(answer: Answer<T>, status: number): T {
  expect(answer.status, JSON.stringify(answer.body)).toBe(status);
  return answer.body;
}

/** Asserts an error's status and code; answers it. */
export function expectProblem(answer: Answer, status: number, code: string): Problem {
  const problem = answer.body as Problem;
  expect([answer.status, problem?.code], JSON.stringify(problem)).toEqual([status, code]);
  expect(answer.headers.get('content-type')).toBe('application/problem+json');
  return problem;
}

export interface Page<T> {
  readonly items: T[];
  readonly next: string | null;
}

/** Reads a list from its first page to its end; `between` runs after every page. */
export async function readAll<T>(
  caller: Caller,
  path: string,
  between: (page: number) => Promise<void> = async () => {},
): Promise<T[]> {
  const items: T[] = [];
  const join = path.includes('?') ? '&' : '?';
  let cursor = '';
  for (let page = 1; page < 10_000; page++) {
    const answer = await call<Page<T>>(caller, 'GET', `${path}${cursor}`);
    const { items: found, next } = expectAnswer(answer, 200);
    items.push(...found);
    if (next === null) return items;
    cursor = `${join}cursor=${encodeURIComponent(next)}`;
    await between(page);
  }
  throw new Error(`${path} has no end`);
}
