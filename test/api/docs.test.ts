import { describe, expect, test } from 'vitest';
import { requirementOf } from '../../src/api/guard.ts';
import { API_ENDPOINTS } from '../../src/api/routes.ts';
import { SIGN_IN_ACTIONS } from '../../src/domain/roles.ts';
import { bindings } from '../support/worker/database.ts';
import { ADMIN, ANONYMOUS, expectStatus, send } from '../support/worker/registry-client.ts';

interface Operation {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly security: readonly Record<string, unknown>[];
  readonly responses: Record<string, { content?: Record<string, unknown> }>;
}

interface Contract {
  readonly request?: { readonly body?: unknown };
}

interface Document {
  readonly openapi: string;
  readonly servers: readonly { url: string }[];
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: { readonly securitySchemes: Record<string, unknown> };
}

const endpoints = Object.entries(API_ENDPOINTS);

async function read(path: string): Promise<Response> {
  return await expectStatus(await send(ANONYMOUS, 'GET', path), 200);
}

/** Fetches an asset, which the platform serves without the Worker. */
async function readAsset(path: string): Promise<Response> {
  const response = await bindings.ASSETS.fetch(`http://assets.test${path}`);
  return await expectStatus(response as never, 200);
}

async function readDocument(): Promise<Document> {
  return await (await read('/api/v1/openapi.json')).json();
}

describe('the page of the API', () => {
  const attributes = (html: string, name: string) =>
    [...html.matchAll(new RegExp(`\\b${name}="([^"]*)"`, 'g'))].map(([, value]) => value ?? '');

  test('allows only scripts from this host, and no inline scripts', async () => {
    const response = await read('/api/docs');
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    const policy = response.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toMatch(/script-src 'self'(?:;|$)/);
    const html = await response.text();
    expect(html).not.toMatch(/<script[^>]*>\s*[^\s<]/);
    expect(html).not.toMatch(/\son\w+=/);
  });

  test('loads everything from this host', async () => {
    const html = await (await read('/api/docs')).text();
    const addresses = ['src', 'href', 'spec-url'].flatMap((name) => attributes(html, name));
    expect(addresses.length).toBeGreaterThan(2);
    for (const address of addresses) expect(address).toMatch(/^\/[^/]/);
  });

  test('loads the script that shows the API and a style sheet', async () => {
    const html = await (await read('/api/docs')).text();
    const [script = ''] = attributes(html, 'src');
    const response = await readAsset(script);
    expect(response.headers.get('content-type')).toMatch(/javascript/);
    expect(await response.text()).toContain('openapi-explorer');
    const style = attributes(html, 'href').find((address) => address.endsWith('.css'));
    expect((await readAsset(style ?? '')).headers.get('content-type')).toMatch(/css/);
  });

  test('shows the document with every endpoint', async () => {
    const html = await (await read('/api/docs')).text();
    const [address = ''] = attributes(html, 'spec-url');
    const { paths, servers } = (await (await read(address)).json()) as Document;
    expect(servers).toEqual([{ url: '/api/v1' }]);
    const listed = Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => [operation.operationId, method, path]),
    );
    const wanted = endpoints.map(([name, { method, path }]) => [name, method, path]);
    expect(listed.sort()).toEqual(wanted.sort());
  });
});

describe('the OpenAPI document', () => {
  test('declares version 3.1 and the ways to sign in', async () => {
    const { openapi, components } = await readDocument();
    expect(openapi).toMatch(/^3\.1\./);
    expect(components.securitySchemes).toMatchObject({
      session: { type: 'apiKey', in: 'cookie' },
      password: { type: 'http', scheme: 'basic' },
      token: { type: 'http', scheme: 'bearer' },
    });
  });

  test.each(endpoints)('describes %s in full', async (name, { method, path, access }) => {
    const { paths } = await readDocument();
    const operation = paths[path]?.[method];
    expect(operation).toMatchObject({ operationId: name, tags: [expect.any(String)] });
    expect(operation?.summary.length).toBeGreaterThan(5);
    const ways = operation?.security.flatMap((way) => Object.keys(way));
    if (access !== 'open') expect(ways).toEqual(expect.arrayContaining(['session']));
    const required = requirementOf(access);
    const allows = (kind: 'token' | 'password', named: readonly string[]) =>
      typeof required === 'object'
        ? SIGN_IN_ACTIONS[kind].includes(required.action)
        : named.includes(required);
    const byToken = ['client', 'signed-in', 'trash'];
    expect(ways?.includes('token')).toBe(allows('token', byToken));
    expect(ways?.includes('password')).toBe(
      allows('password', [
        ...byToken,
        'person',
        'person-confirmed',
        'own-password',
        'admin',
        'admin-confirmed',
      ]),
    );
    const statuses = Object.keys(operation?.responses ?? {});
    expect(statuses.filter((status) => status.startsWith('2'))).not.toEqual([]);
    expect(statuses).toEqual(expect.arrayContaining(['401', '429', '500', '503']));
    const { request } = API_ENDPOINTS[name as keyof typeof API_ENDPOINTS].contract as Contract;
    if (request?.body !== undefined) expect(statuses).toContain('413');
  });

  test('gives every error the same shape', async () => {
    const { paths } = await readDocument();
    const errors = Object.values(paths)
      .flatMap((methods) => Object.values(methods))
      .flatMap(({ responses }) => Object.entries(responses))
      .filter(([status]) => Number(status) >= 400);
    expect(errors.length).toBeGreaterThan(100);
    for (const [, { content = {} }] of errors) {
      expect(content).toEqual({
        'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
      });
    }
  });
});

test('a path of the API lists its methods', async () => {
  for (const path of new Set(endpoints.map(([, { path }]) => path))) {
    const response = await send(
      ANONYMOUS,
      'PROPFIND',
      `/api/v1${path.replaceAll(/\{\w+\}/g, '1')}`,
    );
    await expectStatus(response, 405);
    const methods = endpoints
      .filter(([, one]) => one.path === path)
      .map(([, { method }]) => method);
    for (const method of methods) {
      expect(response.headers.get('allow')?.split(', ')).toContain(method.toUpperCase());
    }
    expect(await response.json()).toMatchObject({ code: 'unsupported', status: 405 });
  }
});

test('a body without the content type of JSON is refused, and the error says so', async () => {
  const headers = { 'content-type': 'text/plain' };
  for (const [name, { method, path }] of endpoints.filter(([, one]) => one.method !== 'get')) {
    const { paths } = await readDocument();
    if (!paths[path]?.[method]?.responses[415]) continue;
    const address = `/api/v1${path.replaceAll(/\{\w+\}/g, '1')}`;
    const sent = { headers, body: '{"username":"a","password":"b"}' };
    const response = await send(ADMIN, method.toUpperCase(), address, sent);
    const { code } = (await response.json()) as { code: string };
    const known = ['media-type-unsupported', 'not-found', 'field-invalid'];
    expect(known, `${name}: ${code}`).toContain(code);
    if (!path.includes('{')) expect([response.status, code]).toEqual([415, known[0]]);
  }
});
