/** If-Match and If-None-Match at every endpoint: honoured or refused. */
import { beforeAll, describe, expect, test } from 'vitest';
import type { Endpoint } from '../../src/api/endpoint.ts';
import { API_ENDPOINTS } from '../../src/api/routes.ts';
import { type Answer, call, expectProblem } from '../support/worker/api-client.ts';
import { expectStatus, send } from '../support/worker/registry-client.ts';
import { type Company, gatherCompany, makePlaceFor, signInAgain } from './support/matrix.ts';
import { ROWS } from './support/matrix-rows.ts';

const ENDPOINTS: [string, Endpoint][] = Object.entries(API_ENDPOINTS);
const isRead = ([, { method }]: [string, Endpoint]) => method === 'get';
/** Their handlers compare If-Match with what they change, and refuse If-None-Match. */
const COMPARED = ['changeImage', 'restoreOlder'];

let company: Company;

beforeAll(async () => {
  company = await gatherCompany();
});

/** Calls an endpoint for one place, again and again; all by an admin, who may. */
async function caller(name: string) {
  const endpoint = (API_ENDPOINTS as Record<string, Endpoint>)[name];
  const row = ROWS[name];
  if (!endpoint || !row) throw new Error(`${name} has no row`);
  const place = await makePlaceFor(company, 'private');
  const params: Record<string, unknown> = { ...place, ...row.params };
  const path = endpoint.path.replaceAll(/\{(\w+)\}/g, (_, key: string) => String(params[key]));
  const { admin } = row.ends ? await signInAgain(company) : company.callers;
  const target = `${path}${row.query?.(place, 'private') ?? ''}`;
  const method = endpoint.method.toUpperCase();
  const ask = (headers: Record<string, string>): Promise<Answer> =>
    call(admin, method, target, row.body?.(place), { ...row.headers, ...headers });
  return { ask, yes: row.yes };
}

describe('a call that reads answers by the ETag that it has, if any:', () => {
  test.each(ENDPOINTS.filter(isRead).map(([name]) => name))('%s', async (name) => {
    const { ask, yes } = await caller(name);
    const whole = await ask({ 'if-match': '*', 'if-none-match': '"other"' });
    expect(whole.status, JSON.stringify(whole.body)).toBe(yes);
    expect((await ask({ 'if-none-match': 'other' })).status).toBe(yes);
    // Preconditions do not count where the answer is an error.
    const [same, other] = yes < 300 ? [304, 412] : [yes, yes];
    const known = await ask({ 'if-none-match': '*' });
    expect(known.status).toBe(same);
    expect(known.body === null).toBe(same === 304);
    for (const value of ['"other"', 'other']) {
      expect((await ask({ 'if-match': value })).status).toBe(other);
    }
  });
});

describe('a call that changes something changes nothing when a precondition fails:', () => {
  const changes = ENDPOINTS.filter((one) => !isRead(one)).map(([name]) => name);

  test.each(changes.filter((name) => !COMPARED.includes(name)))('%s', async (name) => {
    const { ask, yes } = await caller(name);
    for (const headers of [{ 'if-match': '"other"' }, { 'if-none-match': '*' }]) {
      expectProblem(await ask(headers), 412, 'precondition-failed');
    }
    for (const header of ['if-match', 'if-none-match']) {
      expectProblem(await ask({ [header]: 'other' }), 400, 'parameter-invalid');
    }
    const done = await ask({ 'if-match': '*', 'if-none-match': '"other", W/"another"' });
    expect(done.status, JSON.stringify(done.body)).toBe(yes);
  });

  test.each(COMPARED)('%s', async (name) => {
    const { ask } = await caller(name);
    expectProblem(await ask({ 'if-none-match': '*' }), 400, 'parameter-invalid');
    expectProblem(await ask({ 'if-match': 'other' }), 400, 'field-invalid');
  });
});

test('what an ETag was told of is not sent again', async () => {
  const { ask } = await caller('getImage');
  const etag = (await ask({})).headers.get('etag') ?? '';
  const again = await ask({ 'if-none-match': etag });
  expect([again.status, again.body, again.headers.get('etag')]).toEqual([304, null, etag]);
});

test.each(['/healthz', '/robots.txt', '/.well-known/security.txt', '/api/docs'])(
  '%s answers by its ETag, if any',
  async (path) => {
    const of = (headers: Record<string, string>) => send(null, 'GET', path, { headers });
    await expectStatus(await of({ 'if-none-match': '"other"' }), 200);
    await expectStatus(await of({ 'if-none-match': '*' }), 304);
    await expectStatus(await of({ 'if-match': '"other"' }), 412);
  },
);
