/** Who may do what: every caller at every endpoint, for a private, public or missing place. */
import { beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Endpoint } from '../../src/api/endpoint.ts';
import { requirementOf } from '../../src/api/guard.ts';
import { API_ENDPOINTS } from '../../src/api/routes.ts';
import { type Answer, type Caller, call } from '../support/worker/api-client.ts';
import {
  COLUMNS,
  type Column,
  type Company,
  callerAt,
  gatherCompany,
  type Kind,
  makePlaceFor,
  type Place,
  signInAgain,
} from './support/matrix.ts';
import { ROWS, type Row } from './support/matrix-rows.ts';

vi.setConfig({ testTimeout: 60_000 });

const ENDPOINTS: Readonly<Record<string, Endpoint>> = API_ENDPOINTS;

let company: Company;

/** Each test is a network of its own: a network may fail to sign in 300 times a minute. */
let networks = 0;
let network: Caller;

beforeAll(async () => {
  company = await gatherCompany();
});

beforeEach(() => {
  networks += 1;
  network = { 'cf-connecting-ip': `10.0.${networks >> 8}.${networks & 255}` };
});

const rows = Object.entries(ROWS);
const cases = rows.flatMap(([name, { outcomes }]) =>
  Object.keys(outcomes).map((kind) => [name, kind as Kind] as const),
);

test('every endpoint has a row, and every row an endpoint', () => {
  expect(Object.keys(ROWS).sort()).toEqual(Object.keys(ENDPOINTS).sort());
});

test('an endpoint of a workspace or an image has rows for private, public and missing ones', () => {
  for (const [name, { access }] of Object.entries(ENDPOINTS)) {
    const required = requirementOf(access);
    const on = typeof required === 'object' ? required.on : null;
    const kinds = on === 'project' ? ['private', 'missing'] : ['private', 'public', 'missing'];
    if (on !== null) expect(Object.keys(ROWS[name]?.outcomes ?? {}), name).toEqual(kinds);
  }
});

test.each(cases)('%s, %s', async (name, kind) => {
  const row = rowOf(name);
  const callers = row.ends ? await signInAgain(company) : company.callers;
  const reads = ENDPOINTS[name]?.method === 'get';
  const shared = reads ? await makePlaceFor(company, kind) : null;
  const found = await forEachColumn(async (column) => {
    const place = shared ?? (await makePlaceFor(company, kind));
    return describeOutcome(
      row,
      await ask(name, kind, place, await callerAt(company, callers, column, place)),
    );
  });
  expect(found).toEqual(expected(row, kind));
});

describe('a private place responds like a missing one to callers who may not see it:', () => {
  const hidden = rows.filter(([, { outcomes }]) => outcomes.missing !== undefined);

  test.each(hidden.map(([name]) => name))('%s', async (name) => {
    const row = rowOf(name);
    const outcomes = expected(row, 'private');
    const outside = COLUMNS.filter((column) => ['401', '404', 'none'].includes(outcomes[column]));
    expect(outside.length).toBeGreaterThan(2);
    // None of them changes anything.
    const there = await makePlaceFor(company, 'private');
    const missing = await makePlaceFor(company, 'missing');
    for (const column of outside) {
      const caller = await callerAt(company, company.callers, column, there);
      const [hidden, nothing] = [
        withoutNames(await ask(name, 'private', there, caller), there),
        withoutNames(await ask(name, 'missing', missing, caller), missing),
      ];
      expect(hidden, column).toEqual(nothing);
    }
  });
});

async function ask(name: string, kind: Kind, place: Place, caller: Caller): Promise<Answer> {
  const { method, path } = ENDPOINTS[name] ?? { method: '', path: '' };
  const row = rowOf(name);
  const params: Record<string, unknown> = { ...place, ...row.params };
  const address = path.replaceAll(/\{(\w+)\}/g, (_, key: string) => String(params[key]));
  const target = `${address}${row.query?.(place, kind) ?? ''}`;
  const headers = { ...network, ...row.headers };
  return await call(caller, method.toUpperCase(), target, row.body?.(place), headers);
}

function rowOf(name: string): Row {
  const row = ROWS[name];
  if (!row) throw new Error(`${name} has no row`);
  return row;
}

/** The expected outcome of each caller, with success as a status. */
function expected(row: Row, kind: Kind): Record<Column, string> {
  const outcomes = (row.outcomes[kind] ?? '').split(' ');
  expect(outcomes).toHaveLength(COLUMNS.length);
  const entries = COLUMNS.map((column, n) => [
    column,
    outcomes[n]?.replace('yes', String(row.yes)),
  ]);
  return Object.fromEntries(entries);
}

async function forEachColumn(work: (column: Column) => Promise<string>) {
  const found: Partial<Record<Column, string>> = {};
  for (const column of COLUMNS) found[column] = await work(column);
  return found;
}

function describeOutcome(row: Row, { status, body }: Answer): string {
  if (status === 200 && row.bulk) {
    const [item] = body as [{ status: string; problem?: { status: number } }];
    return String(item.problem?.status ?? (item.status === 'deleted' ? row.yes : item.status));
  }
  const isEmpty = row.list && status === 200 && (body as { items: unknown[] }).items.length === 0;
  return isEmpty ? 'none' : String(status);
}

/** The whole response, without the names from the request. */
function withoutNames({ status, headers, body }: Answer, place: Place): unknown {
  const { workspace, projectId, departmentId, userId, trashId, runId, triggerId } = place;
  const names = [workspace, trashId, runId, triggerId, projectId, departmentId, userId];
  const text = names.reduce<string>(
    (rest, name) => rest.replaceAll(new RegExp(`\\b${name}\\b`, 'g'), '…'),
    JSON.stringify(body),
  );
  return { status, headers: [...headers].sort(), text };
}
