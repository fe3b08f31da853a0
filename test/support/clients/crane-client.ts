import { expect } from 'vitest';
import type { Server } from '../server.ts';
import { toolPath } from '../tools.ts';
import type { Image, Index } from './images.ts';
import { layoutContents, writeLayout } from './oci-layout.ts';
import { digestsOf, remoteContents } from './remote.ts';
import { attempt, type Outcome, run } from './run.ts';
import type { Scratch } from './scratch.ts';
import { hold, useScratch, useServer } from './setup.ts';

/** crane with a home of its own, and the server that it pushes to. */
export class CraneClient {
  readonly server: Server;
  readonly #scratch: Scratch;

  constructor(server: Server, scratch: Scratch) {
    this.server = server;
    this.#scratch = scratch;
  }

  /** Runs `crane …` and returns what it printed; throws when it fails. */
  run(args: string[]): Promise<string> {
    return run(toolPath('crane'), args, { env: this.#environment() });
  }

  /** Runs `crane …` to its end, whatever that is. */
  attempt(args: string[]): Promise<Outcome> {
    return attempt(toolPath('crane'), args, { env: this.#environment() });
  }

  /** Pushes the image, and finds the same digests at the registry and in a fresh pull. */
  async expectRoundTrip(repository: string, root: Image | Index): Promise<void> {
    await this.push(repository, 'v1', root);
    expect(await remoteContents(this.server, repository, 'v1')).toEqual(digestsOf(root));
    const pulled = this.#scratch.path('pulled', repository);
    await this.run(['pull', '--format=oci', `${this.server.host}/${repository}:v1`, pulled]);
    expect(await layoutContents(pulled, root)).toEqual(digestsOf(root));
  }

  async push<T extends Image | Index>(repository: string, tag: string, root: T): Promise<T> {
    await this.login(this.server.host);
    const folder = this.#scratch.path('pushed', repository, tag);
    const dir = await writeLayout(folder, { [tag]: root });
    const printed = await this.run(['push', dir, `${this.server.host}/${repository}:${tag}`]);
    expect(printed).toContain(root.manifest.digest);
    return root;
  }

  async tags(repository: string): Promise<string[]> {
    return (await this.run(['ls', `${this.server.host}/${repository}`])).trim().split('\n').sort();
  }

  login(host: string): Promise<string> {
    const { username, password } = this.server.credential;
    return this.run(['auth', 'login', host, '-u', username, '-p', password]);
  }

  /** A path in a folder of the suite's own. */
  path(...names: string[]): string {
    return this.#scratch.path(...names);
  }

  #environment() {
    return { HOME: this.#scratch.path('home') };
  }
}

/** A server, and a crane signed in nowhere yet, for the tests of a suite. */
export function useCrane(): { readonly current: CraneClient } {
  const server = useServer();
  const scratch = useScratch();
  return hold(
    async () => new CraneClient(server.current, scratch.current),
    async () => {},
  );
}
