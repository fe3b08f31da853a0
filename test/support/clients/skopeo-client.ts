import { mkdir } from 'node:fs/promises';
import { expect } from 'vitest';
import type { Login, Server } from '../server.ts';
import { toolPath } from '../tools.ts';
import type { Image, Index } from './images.ts';
import { layoutContents, layoutDigest, writeLayout } from './oci-layout.ts';
import { digestsOf, remoteContents } from './remote.ts';
import { run, type Started, start } from './run.ts';
import type { Scratch } from './scratch.ts';
import { hold, useScratch, useServer } from './setup.ts';

/** skopeo with a home of its own, and the server that it pushes to. */
export class SkopeoClient {
  readonly server: Server;
  readonly #scratch: Scratch;

  constructor(server: Server, scratch: Scratch) {
    this.server = server;
    this.#scratch = scratch;
  }

  /** Runs `skopeo …` and returns what it printed; throws when it fails. */
  run(args: string[]): Promise<string> {
    const env = this.#environment();
    return run(toolPath('skopeo'), ['--insecure-policy', ...args], { env });
  }

  /** Starts the push of a layout, for a test that kills it. */
  start(dir: string, target: string): Started {
    return start(toolPath('skopeo'), pushArguments(dir, target), { env: this.#environment() });
  }

  /** Pushes the image, and finds the same digests at the registry and in a fresh pull. */
  async expectRoundTrip(repository: string, root: Image | Index): Promise<void> {
    await this.push(this.server.host, repository, root);
    expect(await remoteContents(this.server, repository, 'v1')).toEqual(digestsOf(root));
    const pulled = this.#scratch.path('pulled', repository);
    await mkdir(pulled, { recursive: true });
    const source = `docker://${this.server.host}/${repository}:v1`;
    const all = ['copy', '--all', '--preserve-digests', '--src-tls-verify=false'];
    await this.run([...all, source, `oci:${pulled}:v1`]);
    expect(await layoutDigest(pulled)).toBe(root.manifest.digest);
    expect(await layoutContents(pulled, root)).toEqual(digestsOf(root));
  }

  async push(host: string, repository: string, root: Image | Index): Promise<void> {
    const dir = await this.layout(repository, root);
    await this.login(host);
    await this.run(pushArguments(dir, `docker://${host}/${repository}:v1`));
  }

  /** Writes the image as a layout and returns its folder. */
  layout(repository: string, root: Image | Index): Promise<string> {
    return writeLayout(this.#scratch.path('pushed', repository), { v1: root });
  }

  /** The address of `library/IMAGE:v1`. */
  address(image: string, host = this.server.host): string {
    return `docker://${host}/library/${image}:v1`;
  }

  async login(host: string, login: Login = this.server.credential): Promise<void> {
    const { username, password } = login;
    await this.run(['login', '--tls-verify=false', '-u', username, '-p', password, host]);
  }

  /** Keeps login and notes on blobs in the test's folder: notes go there for other users than root. */
  #environment() {
    const { path } = this.#scratch;
    return {
      HOME: path('home'),
      XDG_DATA_HOME: path('data'),
      _CONTAINERS_ROOTLESS_UID: '1000',
      REGISTRY_AUTH_FILE: path('auth.json'),
    };
  }
}

/** A server, and a skopeo signed in nowhere yet, for the tests of a suite. */
export function useSkopeo(): { readonly current: SkopeoClient } {
  const server = useServer();
  const scratch = useScratch();
  return hold(
    async () => new SkopeoClient(server.current, scratch.current),
    async () => {},
  );
}

/** What pushes a layout, all of it and byte for byte. */
export function pushArguments(dir: string, target: string): string[] {
  const options = ['--all', '--preserve-digests', '--dest-tls-verify=false'];
  return ['copy', ...options, `oci:${dir}:v1`, target];
}
