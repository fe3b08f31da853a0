import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { digestOf, EDGE_SIZES, randomBytes } from '../support/clients/bytes.ts';
import { imageOf } from '../support/clients/images.ts';
import { layerOf } from '../support/clients/layers.ts';
import { layoutContents, writeLayout } from '../support/clients/oci-layout.ts';
import { digestsOf, manifestStatus, remoteContents } from '../support/clients/remote.ts';
import { run } from '../support/clients/run.ts';
import { throughProxy, useScratch, useServer } from '../support/clients/setup.ts';
import { describeWithTools, toolPath } from '../support/tools.ts';

const DATA = 'application/vnd.example.data';
const SBOM = 'application/vnd.example.sbom';
const SIGNATURE = 'application/vnd.example.signature';

describeWithTools('oras', ['oras'], () => {
  const server = useServer();
  const scratch = useScratch();

  test('pushes files of every edge size and pulls them as they were', async () => {
    const files = await writeFiles('sizes', EDGE_SIZES);
    const target = ref('oras-sizes:v1');
    const printed = await push(
      'sizes',
      target,
      files.map(({ name }) => `${name}:${DATA}`),
    );
    const [manifest, , ...layers] = await remoteContents(
      server.current,
      'library/oras-sizes',
      'v1',
    );
    expect(manifest).toBe(printed);
    expect(layers).toEqual(files.map(({ digest }) => digest));
    await oras(['pull', '--plain-http', target, '-o', scratch.current.path('pulled')]);
    for (const { name, digest } of files) {
      expect(digestOf(await readFile(scratch.current.path('pulled', name)))).toBe(digest);
    }
  });

  test.each(EDGE_SIZES)('pushes and pulls an artifact with a config of %i bytes', async (size) => {
    const [config] = await writeFiles(`config-${size}`, [size]);
    const target = ref(`oras-config-${size}:v1`);
    const file = `${config?.name}:application/vnd.example.config`;
    await push(`config-${size}`, target, ['--config', file]);
    const contents = await remoteContents(server.current, `library/oras-config-${size}`, 'v1');
    expect(contents[1]).toBe(config?.digest);
    const fetched = scratch.current.path(`fetched-${size}`);
    const blob = ref(`oras-config-${size}@${config?.digest}`);
    await oras(['blob', 'fetch', '--plain-http', blob, '-o', fetched]);
    expect(digestOf(await readFile(fetched))).toBe(config?.digest);
  });

  test('finds what was attached to an image, by kind, until it is deleted', async () => {
    await writeFiles('subject', [100]);
    const target = ref('oras-subject:v1');
    const subject = await push('subject', target, [`100.bin:${DATA}`]);
    expect(await discover(target)).toEqual([]);
    const sbom = await attach(target, SBOM);
    const signature = await attach(target, SIGNATURE);
    expect(await discover(target)).toEqual([sbom, signature].sort());
    expect(await discover(target, '--artifact-type', SBOM)).toEqual([sbom]);
    expect(await discover(ref(`oras-subject@${subject}`))).toEqual([sbom, signature].sort());
    await oras(['manifest', 'delete', '--plain-http', '--force', ref(`oras-subject@${sbom}`)]);
    expect(await discover(target)).toEqual([signature]);
    expect(await manifestStatus(server.current, 'library/oras-subject', sbom)).toBe(404);
  });

  test('keeps referrers in the registry itself, without a tag standing in for them', async () => {
    await throughProxy(server.current, {}, async ({ host, exchanges }) => {
      await writeFiles('referrers', [100]);
      const target = ref('oras-referrers:v1', host);
      await push('referrers', target, [`100.bin:${DATA}`]);
      const sbom = await attach(target, SBOM);
      expect(await discover(target)).toEqual([sbom]);
      const asked = exchanges.filter(({ path }) => path.includes('/referrers/'));
      const statuses = asked.map(({ status }) => status);
      expect(statuses).toContain(200);
      expect(statuses).not.toContain(404);
      const tags = await oras(['repo', 'tags', '--plain-http', ref('oras-referrers', host)]);
      expect(tags.trim()).toBe('v1');
    });
  });

  test('copies an image with what is attached to it to another repository', async () => {
    const image = imageOf([layerOf('gzip', [{ name: 'a', bytes: Buffer.from('oras copy') }])]);
    const dir = await writeLayout(scratch.current.path('copy'), { v1: image });
    const [first, second] = [ref('oras-first:v1'), ref('oras-second:v1')];
    await login(server.current.host);
    await oras(['copy', '--from-oci-layout', '--to-plain-http', `${dir}:v1`, first]);
    const sbom = await attach(first, SBOM);
    await oras(['copy', '--recursive', '--from-plain-http', '--to-plain-http', first, second]);
    const contents = await remoteContents(server.current, 'library/oras-second', 'v1');
    expect(contents).toEqual(digestsOf(image));
    expect(await discover(second)).toEqual([sbom]);
    const back = scratch.current.path('back');
    await oras(['copy', '--from-plain-http', '--to-oci-layout', second, `${back}:v1`]);
    expect(await layoutContents(back, image)).toEqual(digestsOf(image));
  });

  /** Writes files `SIZE.bin` into a folder of that name. */
  async function writeFiles(folder: string, sizes: readonly number[]) {
    await mkdir(scratch.current.path(folder), { recursive: true });
    const files = sizes.map((size) => {
      const bytes = randomBytes(size, `oras-${folder}-${size}`);
      return { name: `${size}.bin`, bytes, digest: digestOf(bytes) };
    });
    for (const { name, bytes } of files) await writeFile(scratch.current.path(folder, name), bytes);
    return files;
  }

  /** Pushes from the folder and returns the manifest's digest as oras computed it. */
  async function push(folder: string, target: string, args: string[]): Promise<string> {
    await login(target.slice(0, target.indexOf('/')));
    const command = ['push', '--plain-http', '--format', 'json', target, ...args];
    return JSON.parse(await oras(command, scratch.current.path(folder))).digest;
  }

  /** Attaches a note of the kind and returns the digest of its manifest. */
  async function attach(target: string, kind: string): Promise<string> {
    const note = ['--artifact-type', kind, '--annotation', 'note=attached'];
    const command = ['attach', '--plain-http', '--format', 'json', ...note, target];
    return JSON.parse(await oras(command)).digest;
  }

  /** Digests of what is attached, sorted. */
  async function discover(target: string, ...filter: string[]): Promise<string[]> {
    const command = ['discover', '--plain-http', '--format', 'json', ...filter, target];
    const { referrers } = JSON.parse(await oras(command)) as { referrers?: { digest: string }[] };
    return (referrers ?? []).map(({ digest }) => digest).sort();
  }

  async function login(host: string): Promise<void> {
    const { username, password } = server.current.credential;
    await oras(['login', '--plain-http', '-u', username, '-p', password, host]);
  }

  function ref(image: string, host = server.current.host): string {
    return `${host}/library/${image}`;
  }

  function oras(args: string[], cwd = scratch.current.dir): Promise<string> {
    const env = { HOME: scratch.current.path('home') };
    return run(toolPath('oras'), args, { env, cwd });
  }
});
