import { writeFile } from 'node:fs/promises';
import { expect } from 'vitest';
import type { Server } from '../server.ts';
import { toolPath } from '../tools.ts';
import { digestOf } from './bytes.ts';
import { ask } from './remote.ts';
import { attempt } from './run.ts';
import type { Scratch } from './scratch.ts';
import { hold, useScratch, useServer } from './setup.ts';

const CHECKS = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_headers_conformance',
  'response_schema_conformance',
  'unsupported_method',
  'allow_header_conformance',
];

/** The image that is there; schemathesis has to be told the names. */
const NAMES = `[parameters]
"path.workspace" = "library"
"path.image" = "app"
"path.tag" = "v1"
`;

/** Calls that may end the session which the others are made with. */
export const ENDING = [
  'changeUser',
  'createSession',
  'deleteAccountSession',
  'deleteSession',
  'deleteUser',
  'resetPassword',
  'setPassword',
];

/** Calls for the image library/app that leave it where it is. */
export const KEEPING = [
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

/**
 * How much is tried. In cases, not in seconds: on a slow machine it takes longer and finds the same.
 * quick: the edges of every parameter; thorough: made-up values and sequences of calls, too.
 */
const EFFORTS = {
  quick: ['--phases', 'examples,coverage'],
  thorough: ['--max-examples', '10'],
} as const;
type Effort = keyof typeof EFFORTS;

/** Headers of a caller. */
type Caller = Readonly<Record<string, string>>;

/** schemathesis, and a server whose API it calls, with the image library/app:v1. */
export class Schemathesis {
  readonly server: Server;
  readonly #scratch: Scratch;
  #password: string;

  constructor(server: Server, scratch: Scratch) {
    this.server = server;
    this.#scratch = scratch;
    this.#password = server.admin.password;
  }

  /** Sets the admin's own password and pushes the image. */
  async prepare(): Promise<void> {
    const next = 'a password of the tests';
    const body = { currentPassword: this.#password, newPassword: next };
    const answer = await this.call('PUT', '/account/password', body, await this.signIn());
    await expectStatus(answer, 204);
    this.#password = next;
    await pushApp(this.server);
    await writeFile(this.#scratch.path('schemathesis.toml'), NAMES);
  }

  /** One call of the API. */
  call(method: string, path: string, body?: unknown, headers: Caller = {}): Promise<Response> {
    const { origin } = this.server;
    const sent = { origin, 'content-type': 'application/json', ...headers };
    const content = body === undefined ? {} : { body: JSON.stringify(body) };
    return fetch(`${origin}/api/v1${path}`, { method, headers: sent, ...content });
  }

  /** The headers of a new session of the admin. */
  async signIn(): Promise<Caller> {
    const login = { username: 'admin', password: this.#password };
    const answer = await this.call('POST', '/session', login);
    await expectStatus(answer, 200);
    const [cookie = ''] = (answer.headers.get('set-cookie') ?? '').split(';');
    return { cookie, origin: this.server.origin };
  }

  /**
   * Calls the API, as much as `effort` says; returns how many calls passed, or fails with those that
   * did not.
   */
  async tryApi(caller: Caller, effort: Effort, args: readonly string[]): Promise<number> {
    const base = `${this.server.origin}/api/v1`;
    const headers = Object.entries(caller).flatMap(([name, value]) => ['-H', `${name}: ${value}`]);
    const budget = [...EFFORTS[effort], '--request-timeout', '60', '--seed', '1'];
    // Only the session signs in, and no credential is made up.
    const plain = ['--generation-with-security-parameters', 'false'];
    const quiet = ['--generation-database', 'none', '--continue-on-failure', '--no-color'];
    const checks = ['--checks', CHECKS.join(',')];
    const { code, stdout, stderr } = await attempt(
      toolPath('schemathesis'),
      [
        ...['run', `${base}/openapi.json`, '--url', base, ...checks],
        ...[...headers, ...budget, ...plain, ...quiet, ...args],
      ],
      { cwd: this.#scratch.dir, env: { HOME: this.#scratch.dir } },
    );
    expect(code, `${stdout}\n${stderr}`).toBe(0);
    const [, generated, passed] = /(\d+) generated, (\d+) passed/.exec(stdout) ?? [];
    expect(passed, stdout).toBe(generated);
    return Number(passed);
  }
}

/** A server and schemathesis for the tests of a suite. */
export function useSchemathesis(): { readonly current: Schemathesis } {
  const server = useServer();
  const scratch = useScratch();
  return hold(
    async () => {
      const schemathesis = new Schemathesis(server.current, scratch.current);
      await schemathesis.prepare();
      return schemathesis;
    },
    async () => {},
  );
}

/** An option of schemathesis once for each value. */
export function repeatOption(name: string, values: readonly string[]): string[] {
  return values.flatMap((value) => [`--${name}`, value]);
}

export async function expectStatus(answer: Response, status: number): Promise<void> {
  expect(answer.status, await answer.text()).toBe(status);
}

/** Pushes library/app:v1. */
async function pushApp(server: Server): Promise<void> {
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
