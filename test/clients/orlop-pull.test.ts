import { mkdir, readdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { beforeAll, describe, expect, test } from 'vitest';
import { descriptorOf, type Image, imageOf, indexOf } from '../support/clients/images.ts';
import { blobOf, layerOf, layerOfSize } from '../support/clients/layers.ts';
import { layoutContents } from '../support/clients/oci-layout.ts';
import { type Orlop, orlopIn } from '../support/clients/orlop.ts';
import { pushImage } from '../support/clients/push-image.ts';
import { digestsOf, remoteContents } from '../support/clients/remote.ts';
import { run } from '../support/clients/run.ts';
import { throughProxy, useScratch, useServer } from '../support/clients/setup.ts';
import { testWithTools, toolPath } from '../support/tools.ts';

const MIB = 1024 * 1024;

describe('orlop pull', () => {
  const server = useServer();
  const scratch = useScratch();
  const image = imageOf([layer('small'), layerOfSize('gzip', 9 * MIB, 'orlop-pull')]);
  const index = indexOf(
    ['amd64', 'arm64'].map((arch) => imageOf([layer(arch)], { os: 'linux', architecture: arch })),
  );
  let orlop: Orlop;

  beforeAll(async () => {
    orlop = orlopIn(scratch.current.path('config'));
    await orlop.login(server.current.host, server.current.credential);
    await pushImage(server.current, 'library/pulled', image);
    await pushImage(server.current, 'library/platforms', index);
  });

  const address = (name: string) => `${server.current.host}/library/${name}`;

  /** Pulls into a file and returns its path. */
  async function pull(name: string, ...args: string[]): Promise<string> {
    const file = scratch.current.path(`${name.replace(/[:@]/g, '-').slice(0, 30)}.tar`);
    const outcome = await orlop.run(['pull', address(name), '--output', file, ...args]);
    expect(outcome).toMatchObject({ code: 0 });
    return file;
  }

  async function download(path: string): Promise<Buffer> {
    const { origin, credential } = server.current;
    const authorization = `Basic ${btoa(`${credential.username}:${credential.password}`)}`;
    const url = `${origin}/api/v1/workspaces/library/images/${path}`;
    return Buffer.from(await (await fetch(url, { headers: { authorization } })).arrayBuffer());
  }

  test.each([
    ['pulled:v1', [], 'pulled/versions/v1/archive'],
    ['platforms:v1', ['--format', 'oci'], 'platforms/versions/v1/archive?format=oci'],
    [
      'platforms:v1',
      ['--platform', 'linux/arm64'],
      'platforms/versions/v1/archive?platform=linux/arm64',
    ],
  ])('%s %j is the file that the console downloads', async (name, args, path) => {
    const file = await readFile(await pull(name, ...args));
    expect(file.equals(await download(path))).toBe(true);
  });

  test('writes to standard output, and prints the digest on the other stream', async () => {
    const args = ['pull', address('pulled'), '--output', '-', '--json'];
    const missing = await orlop.run(args);
    expect(missing.code).toBe(4);
    const byDigest = `${address('pulled')}@${image.manifest.digest}`;
    const { code, stderr } = await orlop.run(['pull', byDigest, '-o', '-', '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(stderr)).toMatchObject({ digest: image.manifest.digest, file: '-' });
  });

  testWithTools('continues a layer where the connection broke', ['tar'], async () => {
    let breaks = 0;
    const cut = ({ received }: { received: number }) => received > 2 * MIB && ++breaks <= 2;
    const file = scratch.current.path('broken.tar');
    await throughProxy(server.current, { cut }, async ({ host, exchanges }) => {
      await orlop.login(host, server.current.credential);
      const outcome = await orlop.run(['pull', `${host}/library/pulled:v1`, '-o', file]);
      expect(outcome).toMatchObject({ code: 0 });
      const resumed = exchanges.filter(({ headers, status }) => headers.range && status === 206);
      expect(resumed.length).toBeGreaterThan(0);
    });
    const dir = scratch.current.path('broken');
    await mkdir(dir);
    await run(toolPath('tar'), ['-xf', file, '-C', dir]);
    expect(await layoutContents(dir, image)).toEqual(digestsOf(image));
  });

  test.each(['pulled', 'platforms'])('%s is pushed again with the same digests', async (name) => {
    const file = await pull(`${name}:v1`, '--format', name === 'pulled' ? 'docker' : 'oci');
    const pushed = await orlop.run(['push', file, address(`${name}-again:v1`)]);
    expect(pushed).toMatchObject({ code: 0 });
    const contents = await remoteContents(server.current, `library/${name}-again`, 'v1');
    expect(contents).toEqual(digestsOf(name === 'pulled' ? image : index));
  });

  test('asks which build of Windows, and says which layers are elsewhere and why', async () => {
    const windows = ['10.0.17763.1', '10.0.20348.1'].map(windowsImage);
    await pushImage(server.current, 'library/windows', indexOf(windows));
    const file = scratch.current.path('windows.tar');
    const pullFor = (platform: string, format: string) =>
      orlop.run([
        ...['pull', address('windows:v1'), '-o', file],
        ...['--platform', platform, '--format', format],
      ]);
    const asked = await pullFor('windows/amd64', 'oci');
    expect([asked.code, asked.stderr]).toEqual([
      4,
      expect.stringContaining('windows(10.0.17763.1)/amd64, windows(10.0.20348.1)/amd64'),
    ]);
    const named = await pullFor('windows(10.0.20348.1)/amd64', 'oci');
    expect(named).toMatchObject({ code: 0, stderr: expect.stringContaining(FOREIGN_URL) });
    expect(named.stderr).toContain('is a foreign layer, whose license may forbid copies');
    const refused = await pullFor('windows(10.0.20348.1)/amd64', 'docker');
    expect(refused.code).not.toBe(0);
    expect(refused.stderr).toContain('docker cannot load an image without all layers');
    const again = await orlop.run(['push', file, address('windows-again:v1')]);
    expect(again).toMatchObject({ code: 0 });
  });

  test.each([
    [2, 'an address without a registry', () => ['library/pulled:v1']],
    [2, 'an unknown option', () => [address('pulled:v1'), '--forced']],
    [2, 'a malformed platform', () => [address('platforms:v1'), '--platform', 'arm64']],
    [4, 'a missing tag', () => [address('pulled:v2')]],
    [4, 'a missing platform', () => [address('platforms:v1'), '--platform', 'a/b']],
    [1, 'a registry that does not answer', () => ['127.0.0.1:1025/library/pulled:v1']],
  ])('ends with %i for %s', async (code, _, args) => {
    const cwd = scratch.current.path('config');
    const before = await readdir(cwd);
    const outcome = await orlop.run(['pull', ...args()], { cwd });
    expect(outcome).toMatchObject({ code, stdout: '' });
    expect(outcome.stderr).toMatch(/^orlop: ./);
    expect(await readdir(cwd)).toEqual(before);
  });

  test('refuses a layer whose digest is wrong, and leaves no file', async () => {
    const forged = await startForger(image);
    const file = scratch.current.path('forged.tar');
    const outcome = await orlop.run(['pull', `${forged.host}/any/image:v1`, '-o', file]);
    await forged.stop();
    expect([outcome.code, outcome.stderr]).toEqual([5, expect.stringContaining('digest')]);
    const left = await readdir(scratch.current.dir);
    expect(left.filter((name) => name.startsWith('forged'))).toEqual([]);
  });
});

const FOREIGN_URL = 'https://elsewhere.example/base';

/** An image for a build of Windows, over a base that is elsewhere. */
function windowsImage(version: string): Image {
  const platform = { os: 'windows', architecture: 'amd64', 'os.version': version };
  const { manifest, blobs } = imageOf([layer(version)], platform);
  const json = JSON.parse(Buffer.from(manifest.bytes).toString());
  const base = {
    ...descriptorOf(layer(`base-${version}`)),
    mediaType: 'application/vnd.oci.image.layer.nondistributable.v1.tar+gzip',
    urls: [FOREIGN_URL],
  };
  const text = JSON.stringify({ ...json, layers: [base, ...json.layers] });
  return { manifest: blobOf(manifest.mediaType, Buffer.from(text)), blobs, platform };
}

function layer(name: string) {
  return layerOf('gzip', [{ name: `${name}.txt`, bytes: Buffer.from(`orlop-pull-${name}`) }]);
}

/** A registry of one image whose layers have the right length and are all zeros. */
async function startForger({ manifest, blobs }: Image) {
  const forger = createServer((request, answer) => {
    const blob = blobs.find(({ digest }) => request.url?.endsWith(digest));
    if (!blob) answer.setHeader('content-type', descriptorOf(manifest).mediaType);
    const isConfig = blob?.digest === blobs[0]?.digest;
    answer.end(blob ? (isConfig ? blob.bytes : Buffer.alloc(blob.size)) : manifest.bytes);
  });
  await new Promise<void>((resolve) => forger.listen(0, '127.0.0.1', resolve));
  return {
    host: `127.0.0.1:${(forger.address() as AddressInfo).port}`,
    stop: () => new Promise((resolve) => forger.close(resolve).closeAllConnections()),
  };
}
