import { expect } from 'vitest';
import type { Login, Server } from '../server.ts';
import { type Containerd, startContainerd } from './containerd.ts';
import type { Image, Index } from './images.ts';
import { layerOf } from './layers.ts';
import { writeArchive } from './oci-layout.ts';
import { digestsOf, remoteContents } from './remote.ts';
import { hold, useServer } from './setup.ts';

/** The ctr command with a containerd of its own, and the server that it pushes to. */
export class CtrClient {
  readonly server: Server;
  readonly daemon: Containerd;

  constructor(server: Server, daemon: Containerd) {
    this.server = server;
    this.daemon = daemon;
  }

  /** Runs `ctr …` and returns what it printed; throws when it fails. */
  run(args: string[]): Promise<string> {
    return this.daemon.run(args);
  }

  /** Pushes the image, and finds the same digests at the registry and after a fresh pull. */
  async expectRoundTrip(repository: string, root: Image | Index): Promise<void> {
    const ref = await this.push(this.server.host, repository, root);
    expect(await remoteContents(this.server, repository, 'v1')).toEqual(digestsOf(root));
    await this.forget(ref, root);
    await this.run(['images', 'pull', '--all-platforms', ...this.login(), ref]);
    expect(await this.stored(root)).toEqual(digestsOf(root));
    const listed = await this.run(['images', 'ls', `name==${ref}`]);
    const [line = ''] = listed.trim().split('\n').slice(1);
    expect(line).toContain(root.manifest.digest);
  }

  async push(host: string, repository: string, root: Image | Index): Promise<string> {
    const ref = await this.importImage(`${host}/${repository}`, root);
    await this.run(['images', 'push', ...this.login(), ref]);
    return ref;
  }

  async importImage(name: string, root: Image | Index): Promise<string> {
    const archive = this.daemon.path(`${root.manifest.digest.slice(7, 20)}.tar`);
    await writeArchive(archive, { v1: root });
    const whole = ['--all-platforms', '--no-unpack', '--digests=false', '--base-name', name];
    await this.run(['images', 'import', ...whole, archive]);
    return `${name}:v1`;
  }

  /** Removes the image and all it consists of, so that a pull has to bring it again. */
  async forget(ref: string, root: Image | Index): Promise<void> {
    await this.run(['images', 'rm', '--sync', ref]);
    expect(await this.stored(root)).toEqual([]);
  }

  /** Of the image's digests, those whose bytes containerd has: it has verified each of them. */
  async stored(root: Image | Index): Promise<string[]> {
    const listed = await this.run(['content', 'ls', '--quiet']);
    const present = new Set(listed.split('\n'));
    return digestsOf(root).filter((digest) => present.has(digest));
  }

  /** Options that sign in, with the project's credential unless told. */
  login({ username, password }: Login = this.server.credential): string[] {
    return ['--plain-http', '--user', `${username}:${password}`];
  }
}

/** A server and a containerd for the tests of a suite. */
export function useCtr(): { readonly current: CtrClient } {
  const server = useServer();
  return hold(
    async () => new CtrClient(server.current, await startContainerd()),
    ({ daemon }) => daemon.stop(),
  );
}

/** A layer of one small file. */
export function ctrLayer(name: string) {
  return layerOf('gzip', [{ name: `${name}.txt`, bytes: Buffer.from(`ctr-${name}`) }]);
}
