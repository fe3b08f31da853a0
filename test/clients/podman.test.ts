import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { afterAll, expect, test } from 'vitest';
import { describeAsRoot } from '../support/clients/as-root.ts';
import { randomBytes } from '../support/clients/bytes.ts';
import { manifestStatus } from '../support/clients/remote.ts';
import { attempt, run } from '../support/clients/run.ts';
import { throughProxy, useScratch, useServer } from '../support/clients/setup.ts';
import { toolPath } from '../support/tools.ts';

/** Files of the image, and those that its second version changes: far from each other. */
const FILES = Array.from({ length: 60 }, (_, n) => `file-${n}`);
const CHANGED = ['file-3', 'file-17', 'file-31', 'file-45'];

describeAsRoot('podman', ['podman', 'buildah', 'umount'], () => {
  const server = useServer();
  const scratch = useScratch();
  // The overlay driver leaves a mount, under which nothing could be deleted.
  afterAll(() => attempt(toolPath('umount'), [scratch.current.path('graph', 'overlay')]));
  const name = 'library/podman-chunked';

  test('pulls of a zstd:chunked image only the files that it does not have', async () => {
    await writeFile(scratch.current.path('storage.conf'), storageConf(scratch.current.dir));
    const first = Object.fromEntries(FILES.map((file) => [file, randomBytes(30_000, file)]));
    const changes = CHANGED.map((file) => [file, randomBytes(30_000, `${file} changed`)]);
    const second = { ...first, ...Object.fromEntries(changes) };
    await push('v1', first);
    const id = await push('v2', second);
    await throughProxy(server.current, {}, async ({ host, exchanges }) => {
      await pull(`${host}/${name}:v1`);
      const before = exchanges.length;
      expect(await pull(`${host}/${name}:v2`)).toBe(id);
      const ranges = exchanges.slice(before).filter(({ headers }) => headers.range?.includes(','));
      expect(ranges).toHaveLength(1);
      expect(ranges[0]).toMatchObject({ status: 206 });
      expect(ranges[0]?.headers.range?.split(',')).toHaveLength(CHANGED.length);
      expect(ranges[0]?.received).toBeLessThan(CHANGED.length * 31_000);
      await expectFiles(`${host}/${name}:v2`, second);
    });
  });

  test('finds the images that it may see, and nothing without a login', async () => {
    const { host, credential } = server.current;
    const authfile = ['--authfile', scratch.current.path('auth.json')];
    const search = ['search', '--tls-verify=false', '--no-trunc', '--format', '{{.Name}}'];
    const { username, password } = credential;
    await expect(podman([...search, ...authfile, `${host}/chunk`])).rejects.toThrow();
    const named = ['--username', username, '--password', password];
    await podman(['login', '--tls-verify=false', ...authfile, ...named, host]);
    const found = await podman([...search, ...authfile, `${host}/chunk`]);
    expect(found.trim()).toBe(`${host}/${name}`);
    expect((await podman([...search, ...authfile, `${host}/no-such-image`])).trim()).toBe('');
  });

  test('is refused with a wrong password', async () => {
    const image = `${server.current.host}/${name}:v1`;
    const creds = ['--creds', 'admin:wrong'];
    const { code, stderr } = await attempt(
      toolPath('podman'),
      ['pull', '--tls-verify=false', ...creds, image],
      options(),
    );
    expect(code).not.toBe(0);
    expect(stderr).toMatch(/unauthorized|invalid username/);
    expect(await manifestStatus(server.current, 'library/podman-refused', 'v1')).toBe(404);
  });

  /** Builds an image and pushes it as zstd:chunked; returns its ID. */
  async function push(tag: string, files: Record<string, Buffer>): Promise<string> {
    const dir = scratch.current.path('context', tag);
    await mkdir(dir, { recursive: true });
    await writeFile(`${dir}/Containerfile`, 'FROM scratch\nCOPY file-* /\n');
    for (const [file, bytes] of Object.entries(files)) await writeFile(`${dir}/${file}`, bytes);
    const id = (await buildah(['build', '--quiet', dir])).trim();
    const target = `docker://${server.current.host}/${name}:${tag}`;
    const format = ['--compression-format', 'zstd:chunked'];
    await buildah(['push', '--tls-verify=false', ...login(), ...format, id, target]);
    return id;
  }

  /** Pulls an image and returns its ID. */
  async function pull(image: string): Promise<string> {
    return (await podman(['pull', '--quiet', '--tls-verify=false', ...login(), image])).trim();
  }

  async function expectFiles(image: string, files: Record<string, Buffer>): Promise<void> {
    const mounted = (await podman(['image', 'mount', image])).trim();
    try {
      for (const [file, bytes] of Object.entries(files)) {
        expect(bytes.equals(await readFile(`${mounted}/${file}`)), file).toBe(true);
      }
    } finally {
      await podman(['image', 'unmount', image]);
    }
  }

  function login(): string[] {
    const { username, password } = server.current.credential;
    return ['--creds', `${username}:${password}`];
  }

  const podman = (args: string[]) => run(toolPath('podman'), args, options());

  function buildah(args: string[]): Promise<string> {
    const storage = scratch.current.path('built');
    const apart = ['--storage-driver', 'vfs', '--root', storage, '--runroot', `${storage}-run`];
    return run(toolPath('buildah'), [...apart, ...args], options());
  }

  function options() {
    const { dir, path } = scratch.current;
    const conf = path('storage.conf');
    return { env: { HOME: dir, TMPDIR: dir, CONTAINERS_STORAGE_CONF: conf } };
  }
});

/** Only overlay stores parts of images, and only where that is switched on. */
function storageConf(dir: string): string {
  return `
    [storage]
    driver = "overlay"
    graphroot = "${dir}/graph"
    runroot = "${dir}/run"
    [storage.options]
    pull_options = {enable_partial_images = "true", use_hard_links = "false", ostree_repos = ""}
  `;
}
