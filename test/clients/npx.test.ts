import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { copyCheckout } from '../support/checkout.ts';
import { writeDockerArchive } from '../support/clients/docker-archive.ts';
import { layerOfSize } from '../support/clients/layers.ts';
import { manifestStatus } from '../support/clients/remote.ts';
import { attempt, type Outcome } from '../support/clients/run.ts';
import { useScratch } from '../support/clients/setup.ts';
import { type Server, startServer } from '../support/server.ts';

describe('the command that the registry serves, by npx of npm', () => {
  const scratch = useScratch();
  let root = '';
  let server: Server;

  beforeAll(async () => {
    root = copyCheckout();
    server = await startServer({ root });
  });
  afterAll(async () => {
    await server?.stop();
    rmSync(root, { recursive: true, force: true });
  });

  const manifest = () => JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const addressOf = (version: string) => `${server.origin}/orlop-${version}.tgz`;

  /** Runs npx as a user who has nothing yet; npm's own registry cannot be reached. */
  function npx(
    args: readonly string[],
    input: string | Uint8Array = '',
    home = 'home',
  ): Promise<Outcome> {
    const env = {
      HOME: scratch.current.path(home),
      DOCKER_CONFIG: scratch.current.path('docker'),
      npm_config_cache: scratch.current.path(home, 'npm'),
      npm_config_registry: 'http://127.0.0.1:9/',
    };
    return attempt('npx', args, { env, cwd: scratch.current.dir, input });
  }

  test('signs in and pushes an archive on standard input', async () => {
    const { host, credential } = server;
    const address = addressOf(manifest().version);
    const target = `${host}/library/npx:1`;
    const file = scratch.current.path('image.tar');
    await writeDockerArchive(file, 'npx:1', [layerOfSize('gzip', 1000, 'npx')]);
    const archive = await readFile(file);

    const refused = await npx([address, 'push', file, target]);
    expect(refused.code, refused.stderr).toBe(3);
    expect(refused.stderr).toContain(`npx ${address} login ${host}`);

    const login = [address, 'login', host, '--username', credential.username, '--password-stdin'];
    const signedIn = await npx(login, credential.password);
    expect(signedIn.code, signedIn.stderr).toBe(0);
    const pushed = await npx([address, 'push', '-', target], archive);
    expect(pushed.code, pushed.stderr).toBe(0);
    expect(await manifestStatus(server, 'library/npx', '1')).toBe(200);
  });

  test('is of the new version after the registry was upgraded, at every address', async () => {
    const before = manifest();
    const address = addressOf(before.version);
    expect((await npx([address, '--version'])).stdout.trim()).toBe(before.version);
    await server.end();
    writeFileSync(join(root, 'package.json'), JSON.stringify({ ...before, version: '99.1.0' }));
    await server.restart();

    const upgraded = await npx([addressOf('99.1.0'), '--version']);
    expect(upgraded.stdout.trim(), upgraded.stderr).toBe('99.1.0');
    // npm keeps what it has of the old address; who has nothing gets the new version.
    expect((await npx([address, '--version'])).stdout.trim()).toBe(before.version);
    for (const old of [address, `${server.origin}/orlop.tgz`]) {
      const outcome = await npx([old, '--version'], '', 'elsewhere');
      expect(outcome.stdout.trim(), outcome.stderr).toBe('99.1.0');
    }
  });
});
