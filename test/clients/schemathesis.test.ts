import { writeFile } from 'node:fs/promises';
import { beforeAll, expect, test } from 'vitest';
import { digestOf } from '../support/clients/bytes.ts';
import { ask } from '../support/clients/remote.ts';
import { attempt } from '../support/clients/run.ts';
import { useScratch, useServer } from '../support/clients/setup.ts';
import type { Server } from '../support/server.ts';
import { describeWithTools, toolPath } from '../support/tools.ts';

const CHECKS = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_headers_conformance',
  'response_schema_conformance',
  'unsupported_method',
  'allow_header_conformance',
];

/** Calls that may end the session which the others are made with. */
const ENDING = [
  'changeUser',
  'createSession',
  'deleteAccountSession',
  'deleteSession',
  'deleteUser',
  'resetPassword',
  'setPassword',
];

/** The image that is there; schemathesis has to be told the names. */
const NAMES = `[parameters]
"path.workspace" = "library"
"path.image" = "app"
"path.tag" = "v1"
`;

/** Calls for it that leave it where it is. */
const KEEPING = [
  'changeImage',
  'changeWorkspace',
  'getArchive',
  'getHistory',
  'getImage',
  'getManifest',
  'getPulls',
  'getVersion',
  'getWorkspace',
  'listVersions',
  'restoreOlder',
];

describeWithTools('schemathesis', ['python3', 'schemathesis'], () => {
  const server = useServer();
  const scratch = useScratch();
  let password = '';

  beforeAll(async () => {
    password = server.current.admin.password;
    const caller = await signIn();
    const next = 'a password of the tests';
    const body = { currentPassword: password, newPassword: next };
    await expectStatus(await callApi('PUT', '/account/password', body, caller), 204);
    password = next;
    await pushImage(server.current);
  });

  function callApi(
    method: string,
    path: string,
    body: unknown,
    headers: Record<string, string> = {},
  ): Promise<Response> {
    const { origin } = server.current;
    const sent = { origin, 'content-type': 'application/json', ...headers };
    return fetch(`${origin}/api/v1${path}`, {
      method,
      headers: sent,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }

  /** The headers of a new session of the admin. */
  async function signIn(): Promise<{ cookie: string; origin: string }> {
    const answer = await callApi('POST', '/session', { username: 'admin', password });
    await expectStatus(answer, 200);
    const [cookie = ''] = (answer.headers.get('set-cookie') ?? '').split(';');
    return { cookie, origin: server.current.origin };
  }

  /** Calls the API for so many seconds; answers how many calls passed, or shows what did not. */
  async function tryApi(caller: Record<string, string>, seconds: number, args: readonly string[]) {
    const base = `${server.current.origin}/api/v1`;
    const headers = Object.entries(caller).flatMap(([name, value]) => ['-H', `${name}: ${value}`]);
    const budget = ['--max-time', String(seconds), '--request-timeout', '20', '--seed', '1'];
    // The session signs in, and nothing that is made up.
    const quiet = [
      '--generation-with-security-parameters',
      'false',
      '--generation-database',
      'none',
    ];
    const { code, stdout, stderr } = await attempt(
      toolPath('schemathesis'),
      [
        ...['run', `${base}/openapi.json`, '--url', base, '--checks', CHECKS.join(',')],
        ...[...headers, ...budget, ...quiet, '--continue-on-failure', '--no-color', ...args],
      ],
      { cwd: scratch.current.dir, env: { HOME: scratch.current.dir } },
    );
    expect(code, `${stdout}\n${stderr}`).toBe(0);
    const [, generated, passed] = /(\d+) generated, (\d+) passed/.exec(stdout) ?? [];
    expect(passed, stdout).toBe(generated);
    return Number(passed);
  }

  const option = (name: string, values: readonly string[]) =>
    values.flatMap((value) => [`--${name}`, value]);

  test('finds no answer that the document does not have, for an image that is there', async () => {
    await writeFile(scratch.current.path('schemathesis.toml'), NAMES);
    const caller = await signIn();
    const passed = await tryApi(caller, 20, option('include-operation-id', KEEPING));
    expect(passed).toBeGreaterThan(100);
    const image = '/workspaces/library/images/app';
    await expectStatus(await callApi('GET', image, undefined, caller), 200);
  });

  test('finds none in the whole API, which may delete that image', async () => {
    const caller = await signIn();
    const passed = await tryApi(caller, 60, option('exclude-operation-id', ENDING));
    expect(passed).toBeGreaterThan(300);
    await expectStatus(await callApi('GET', '/session', undefined, caller), 200);
  });

  test('finds none among the calls that end sessions', async () => {
    const caller = await signIn();
    const passed = await tryApi(caller, 15, option('include-operation-id', ENDING));
    expect(passed).toBeGreaterThan(20);
  });
});

async function expectStatus(answer: Response, status: number): Promise<void> {
  expect(answer.status, await answer.text()).toBe(status);
}

/** Pushes library/app:v1. */
async function pushImage(server: Server): Promise<void> {
  const config = Buffer.from('{"architecture":"amd64","os":"linux"}');
  const type = 'application/vnd.oci.image.manifest.v1+json';
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: type,
    config: {
      mediaType: 'application/vnd.oci.image.config.v1+json',
      digest: digestOf(config),
      size: config.length,
    },
    layers: [],
  });
  const upload = `library/app/blobs/uploads/?digest=${digestOf(config)}`;
  await expectStatus(await ask(server, upload, { method: 'POST', body: config }), 201);
  const headers = { 'content-type': type };
  const put = { method: 'PUT', headers, body: manifest };
  await expectStatus(await ask(server, 'library/app/manifests/v1', put), 201);
}
