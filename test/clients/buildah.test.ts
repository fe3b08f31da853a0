import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { describeAsRoot } from '../support/clients/as-root.ts';
import { PART, randomBytes } from '../support/clients/bytes.ts';
import { manifestStatus, remoteContents } from '../support/clients/remote.ts';
import { run } from '../support/clients/run.ts';
import { useScratch, useServer } from '../support/clients/setup.ts';
import { toolPath } from '../support/tools.ts';

describeAsRoot('buildah', ['buildah'], () => {
  const server = useServer();
  const scratch = useScratch();

  test.each(['gzip', 'zstd'])('builds an image, pushes it as %s and pulls it', async (format) => {
    const name = `library/buildah-${format}`;
    const id = await build(name, { 'data.bin': randomBytes(PART + 1, name), 'note.txt': name });
    const digest = await push(id, name, ['--compression-format', format]);
    await expectServed(name, digest);
    expect(await pull(`${name}@${digest}`)).toBe(id);
  });

  test('pushes an image in the Docker format, and pulls it', async () => {
    const name = 'library/buildah-docker';
    const id = await build(name, { 'note.txt': name }, ['--format', 'docker']);
    const digest = await push(id, name, ['--format', 'v2s2']);
    await expectServed(name, digest);
    expect(await pull(`${name}@${digest}`)).toBe(id);
  });

  test('pushes a manifest list that it created, and pulls each platform of it', async () => {
    const name = 'library/buildah-list';
    await buildah(['manifest', 'create', 'list']);
    const ids = { amd64: '', arm64: '' };
    for (const arch of ['amd64', 'arm64'] as const) {
      ids[arch] = await build(`${name}-${arch}`, { 'arch.txt': arch }, ['--arch', arch]);
      await buildah(['manifest', 'add', 'list', `containers-storage:${ids[arch]}`]);
    }
    const digest = await push('list', name, ['--all', '--format', 'oci'], ['manifest', 'push']);
    expect(await expectServed(name, digest)).toHaveLength(7);
    expect(await pull(`${name}:v1`, ['--arch', 'amd64'])).toBe(ids.amd64);
    expect(await pull(`${name}:v1`, ['--arch', 'arm64'])).toBe(ids.arm64);
  });

  test('is refused with a wrong password, and leaves nothing behind', async () => {
    const name = 'library/buildah-refused';
    const id = await build(name, { 'note.txt': name });
    const refused = push(id, name, ['--creds', 'admin:wrong']);
    await expect(refused).rejects.toThrow(/unauthorized|invalid username/);
    expect(await manifestStatus(server.current, name, 'v1')).toBe(404);
  });

  /** Builds an image of only the files, and returns its ID. */
  async function build(
    name: string,
    files: Record<string, string | Buffer>,
    options: string[] = [],
  ) {
    const dir = scratch.current.path('context', name);
    await mkdir(dir, { recursive: true });
    const copies = Object.keys(files).map((file) => `COPY ${file} /`);
    await writeFile(`${dir}/Containerfile`, ['FROM scratch', ...copies, ''].join('\n'));
    for (const [file, bytes] of Object.entries(files)) await writeFile(`${dir}/${file}`, bytes);
    const printed = await buildah(['build', '--quiet', '--layers', ...options, dir]);
    return printed.trim();
  }

  /** Pushes under the tag `v1` and returns the digest buildah has computed. */
  async function push(image: string, name: string, options: string[], command = ['push']) {
    const file = scratch.current.path('digest');
    const target = `docker://${server.current.host}/${name}:v1`;
    const always = ['--tls-verify=false', ...login(), '--digestfile', file];
    await buildah([...command, ...always, ...options, image, target]);
    return (await readFile(file, 'utf8')).trim();
  }

  /** Finds the digest at the registry, with all its content. */
  async function expectServed(name: string, digest: string): Promise<string[]> {
    const contents = await remoteContents(server.current, name, 'v1');
    expect(contents[0]).toBe(digest);
    return contents;
  }

  /** Pulls into an empty storage and returns the image's ID. */
  async function pull(image: string, options: string[] = []): Promise<string> {
    const storage = await mkdtemp(scratch.current.path('pulled-'));
    const always = ['--quiet', '--tls-verify=false', ...login()];
    const source = `docker://${server.current.host}/${image}`;
    return (await buildah(['pull', ...always, ...options, source], storage)).trim();
  }

  function login(): string[] {
    const { username, password } = server.current.credential;
    return ['--creds', `${username}:${password}`];
  }

  function buildah(args: string[], storage = scratch.current.path('storage')): Promise<string> {
    const apart = ['--storage-driver', 'vfs', '--root', storage, '--runroot', `${storage}-run`];
    const env = { HOME: scratch.current.path('home'), TMPDIR: scratch.current.dir };
    return run(toolPath('buildah'), [...apart, ...args], { env });
  }
});
