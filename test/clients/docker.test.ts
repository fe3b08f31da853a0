import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { adminSession, ownAdmin } from '../support/admin-session.ts';
import { describeAsRoot } from '../support/clients/as-root.ts';
import { PART, randomBytes } from '../support/clients/bytes.ts';
import {
  type DockerClient,
  dockerLayer as layer,
  useDocker,
} from '../support/clients/docker-client.ts';
import { manifestStatus, remoteContents } from '../support/clients/remote.ts';
import { throughProxy } from '../support/clients/setup.ts';
import { tarOf } from '../support/clients/tar.ts';
import type { Server } from '../support/server.ts';

const MIB = 1024 * 1024;

describeAsRoot('docker', ['docker', 'dockerd'], () => {
  const held = useDocker();

  test('logs in with what npm start printed, pushes an imported image and pulls it', async () => {
    const docker = held.current;
    const target = `${docker.server.host}/library/docker-one:v1`;
    const bytes = randomBytes(2 * PART, 'docker-one');
    const id = await docker.run(['import', '-', target], tarOf([{ name: 'one.bin', bytes }]));
    await docker.expectRoundTrip('library/docker-one', id);
  });

  test('builds an image from nothing, pushes it and pulls it', async () => {
    const docker = held.current;
    const dir = docker.engine.path('context');
    await mkdir(dir, { recursive: true });
    await writeFile(`${dir}/Dockerfile`, 'FROM scratch\nCOPY note.txt /\nENV LANG=C\nCMD ["/x"]\n');
    await writeFile(`${dir}/note.txt`, 'from docker');
    const target = `${docker.server.host}/library/docker-built:v1`;
    const id = await docker.run(['build', '--quiet', '--tag', target, dir]);
    await docker.expectRoundTrip('library/docker-built', id);
  });

  test('pushes to another repository without sending the layers again', async () => {
    const docker = held.current;
    await throughProxy(docker.server, {}, async ({ host, uploads }) => {
      const id = await docker.load('library/docker-first', [layer('mount', 2 * MIB)], { host });
      await docker.push('library/docker-first', host);
      const before = uploads().length;
      await docker.run(['tag', id, `${host}/library/docker-second:v1`]);
      const printed = await docker.push('library/docker-second', host);
      expect(printed).toContain('Mounted from library/docker-first');
      const large = uploads()
        .slice(before)
        .filter(({ sent }) => sent >= MIB);
      expect(large).toEqual([]);
    });
    const first = await remoteContents(docker.server, 'library/docker-first', 'v1');
    expect(await remoteContents(docker.server, 'library/docker-second', 'v1')).toEqual(first);
  });

  test('pushes a manifest list, and pulls each platform of it', async () => {
    const docker = held.current;
    const repository = 'library/docker-list';
    const name = `${docker.server.host}/${repository}`;
    const ids = { amd64: '', arm64: '' };
    for (const arch of ['amd64', 'arm64'] as const) {
      const platform = { os: 'linux', architecture: arch };
      ids[arch] = await docker.load(repository, [layer(`list-${arch}`, 10)], {
        tag: arch,
        platform,
      });
      await docker.push(repository, docker.server.host, arch);
    }
    const parts = [`${name}:amd64`, `${name}:arm64`];
    await docker.run(['manifest', 'create', '--insecure', `${name}:v1`, ...parts]);
    const digest = (await docker.run(['manifest', 'push', '--insecure', `${name}:v1`])).trim();
    const contents = await remoteContents(docker.server, repository, 'v1');
    expect(contents[0]).toBe(digest);
    for (const arch of ['amd64', 'arm64'] as const) {
      await docker.run(['image', 'rm', '--force', ids[arch]]);
      await docker.run(['pull', '--platform', `linux/${arch}`, `${name}:v1`]);
      expect(await docker.imageId(`${name}:v1`)).toBe(ids[arch]);
    }
  });

  test('is told where to change a generated password', async () => {
    const docker = held.current;
    const { admin, host, origin } = docker.server;
    const login = ['login', '--username', admin.username, '--password-stdin', host];
    await expect(docker.run(login, admin.password)).rejects.toThrow(
      `change your password first: sign in at ${origin}`,
    );
  });

  test('keeps an identity token of a user, pulls with it until it is ended, and a robot’s password', async () => {
    const docker = held.current;
    const { server } = docker;
    await adminSession(server);
    const admin = ownAdmin(server);
    const target = `${server.host}/library/docker-identity:v1`;
    const id = await docker.load('library/docker-identity', [layer('identity', 10)]);
    await docker.push('library/docker-identity', server.host);
    expect(await keptFor(docker)).toEqual({
      auth: btoa(`${server.credential.username}:${server.credential.password}`),
    });
    const login = ['login', '--username', admin.username, '--password-stdin', server.host];
    await docker.run(login, admin.password);
    expect(await keptFor(docker)).toEqual({
      auth: btoa(`${admin.username}:`),
      identitytoken: expect.any(String),
    });
    const pull = async () => {
      await docker.run(['image', 'rm', '--force', id]);
      return await docker.run(['pull', target]);
    };
    expect(await pull()).toContain('Downloaded newer image');
    const logins = await callAs<{ items: { id: number; userAgent: string }[] }>(server, 'GET', '');
    expect(logins?.items).toEqual([
      expect.objectContaining({ userAgent: expect.stringContaining('docker/') }),
    ]);
    await callAs(server, 'DELETE', `/${logins?.items[0]?.id}`);
    await expect(pull()).rejects.toThrow(/unauthorized/i);
  });

  test('logs in as a robot that only pulls, pulls, and is refused a push', async () => {
    const docker = held.current;
    const { server } = docker;
    const target = `${server.host}/library/docker-robot:v1`;
    const id = await docker.load('library/docker-robot', [layer('robot', 10)]);
    await docker.push('library/docker-robot', server.host);
    const answer = await fetch(`${server.origin}/api/v1/projects/1/robots`, {
      method: 'POST',
      headers: { ...(await adminSession(server)), 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'cluster' }),
    });
    const { username, secret } = (await answer.json()) as { username: string; secret: string };
    expect(username).toBe('project-1+cluster');
    await docker.run(['login', '--username', username, '--password-stdin', server.host], secret);
    expect(await keptFor(docker)).toEqual({ auth: btoa(`${username}:${secret}`) });
    await docker.run(['image', 'rm', '--force', id]);
    expect(await docker.run(['pull', target])).toContain('Downloaded newer image');
    await docker.run(['tag', target, `${server.host}/library/docker-robot:v2`]);
    const push = docker.run(['push', `${server.host}/library/docker-robot:v2`]);
    await expect(push).rejects.toThrow(/denied/i);
    expect(await manifestStatus(server, 'library/docker-robot', 'v2')).toBe(404);
  });

  test('is refused with a wrong password, and leaves nothing behind', async () => {
    const docker = held.current;
    const { host } = docker.server;
    await docker.load('library/docker-refused', [layer('refused', 10)]);
    const login = ['login', '--username', 'admin', '--password-stdin', host];
    await expect(docker.run(login, 'wrong')).rejects.toThrow(/unauthorized/i);
    await docker.run(['logout', host]);
    const push = docker.run(['push', `${host}/library/docker-refused:v1`]);
    await expect(push).rejects.toThrow(/denied|authentication required|no basic auth/i);
    expect(await manifestStatus(docker.server, 'library/docker-refused', 'v1')).toBe(404);
  });
});

/** What docker keeps for the registry in its configuration. */
async function keptFor({ engine, server }: DockerClient): Promise<unknown> {
  const config = JSON.parse(await readFile(engine.path('client', 'config.json'), 'utf8'));
  return config.auths[server.host];
}

/** One call about the docker logins of the admin. */
async function callAs<T>(server: Server, method: string, path: string): Promise<T | null> {
  const { username, password } = ownAdmin(server);
  const headers = { authorization: `Basic ${btoa(`${username}:${password}`)}` };
  const url = `${server.origin}/api/v1/account/docker-logins${path}`;
  const response = await fetch(url, { method, headers });
  expect(response.ok).toBe(true);
  return response.status === 204 ? null : ((await response.json()) as T);
}
