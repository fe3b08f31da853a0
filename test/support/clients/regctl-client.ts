import { expect } from 'vitest';
import type { Login, Server } from '../server.ts';
import { toolPath } from '../tools.ts';
import type { Image, Index } from './images.ts';
import { layerOf } from './layers.ts';
import { layoutContents, writeLayout } from './oci-layout.ts';
import type { Exchange } from './proxy.ts';
import { digestsOf, remoteContents } from './remote.ts';
import { run } from './run.ts';
import type { Scratch } from './scratch.ts';
import { hold, throughProxy, useScratch, useServer } from './setup.ts';

const MIB = 1024 * 1024;

/** regctl with a home of its own, and the server that it pushes to. */
export class RegctlClient {
  readonly server: Server;
  readonly #scratch: Scratch;

  constructor(server: Server, scratch: Scratch) {
    this.server = server;
    this.#scratch = scratch;
  }

  /** Runs `regctl …` and returns what it printed; throws when it fails. */
  run(args: string[], input = ''): Promise<string> {
    return run(toolPath('regctl'), args, { env: { HOME: this.#scratch.path('home') }, input });
  }

  /** Sets how it speaks to a host (`upload`: options of `registry set`), and signs in there. */
  async login(host: string, upload: string[], login: Login = this.server.credential) {
    const { username, password } = login;
    await this.run(['registry', 'set', host, '--skip-check', '--tls', 'disabled', ...upload]);
    await this.run(['registry', 'login', host, '-u', username, '--pass-stdin'], password);
  }

  /** Pushes the image, and finds the same digests at the registry and in a fresh pull. */
  async expectRoundTrip(repository: string, root: Image | Index): Promise<void> {
    await this.push(this.server.host, repository, root);
    await this.expectEverywhere(repository, root);
  }

  /** Finds the same digests at the registry and in a fresh pull. */
  async expectEverywhere(repository: string, root: Image | Index): Promise<void> {
    expect(await remoteContents(this.server, repository, 'v1')).toEqual(digestsOf(root));
    await this.login(this.server.host, []);
    const pulled = this.#scratch.path('pulled', repository);
    await this.copy(`${this.server.host}/${repository}:v1`, `ocidir://${pulled}:v1`);
    expect(await layoutContents(pulled, root)).toEqual(digestsOf(root));
  }

  async push(host: string, repository: string, root: Image | Index): Promise<void> {
    const dir = await writeLayout(this.#scratch.path('pushed', repository), { v1: root });
    await this.copy(`ocidir://${dir}:v1`, `${host}/${repository}:v1`);
  }

  /** Pushes in chunks of `mib` MiB, and returns the sizes of those that the layer of `size` bytes came in. */
  async pushInChunks(repository: string, image: Image, mib: number, size: number) {
    return await throughProxy(this.server, {}, async ({ host, exchanges }) => {
      await this.login(host, ['--blob-max', '1', '--blob-chunk', `${mib * MIB}`]);
      await this.push(host, repository, image);
      return chunkSizes(exchanges, size);
    });
  }

  copy(source: string, target: string): Promise<string> {
    return this.run(['image', 'copy', source, target]);
  }

  /** A path in a folder of the suite's own. */
  path(...names: string[]): string {
    return this.#scratch.path(...names);
  }
}

/** A server, and a regctl signed in nowhere yet, for the tests of a suite. */
export function useRegctl(): { readonly current: RegctlClient } {
  const server = useServer();
  const scratch = useScratch();
  return hold(
    async () => new RegctlClient(server.current, scratch.current),
    async () => {},
  );
}

/** Body sizes of the chunks of the one upload whose chunks have `total` bytes together. */
function chunkSizes(exchanges: readonly Exchange[], total: number): number[] {
  const uploads = Map.groupBy(
    exchanges.filter(({ headers }) => headers['content-range']),
    ({ path }) => uploadOf(path),
  );
  const sizes = [...uploads.values()].map((chunks) => chunks.map(({ sent }) => sent));
  return sizes.find((chunks) => chunks.reduce((sum, size) => sum + size, 0) === total) ?? [];
}

/** The id of the upload that an address names: every answer signs a new address. */
function uploadOf(path: string): string {
  const [, claims = ''] = (path.split('/').at(-1) ?? '').split('.');
  return JSON.parse(Buffer.from(claims, 'base64url').toString()).jti;
}

/** A layer of one small file. */
export function regctlLayer(name: string) {
  return layerOf('gzip', [{ name: 'name.txt', bytes: Buffer.from(`regctl-${name}`) }]);
}
