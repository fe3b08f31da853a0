import { mkdir, writeFile } from 'node:fs/promises';
import type { Server } from '../server.ts';
import { toolPath } from '../tools.ts';
import { digestOf, randomBytes } from './bytes.ts';
import { run } from './run.ts';
import type { Scratch } from './scratch.ts';
import { hold, useScratch, useServer } from './setup.ts';

/** oras with a home of its own, and the server that it pushes to. */
export class OrasClient {
  readonly server: Server;
  readonly #scratch: Scratch;

  constructor(server: Server, scratch: Scratch) {
    this.server = server;
    this.#scratch = scratch;
  }

  /** Runs `oras …` in a folder of the suite's own; throws when it fails. */
  run(args: string[], cwd = this.#scratch.dir): Promise<string> {
    return run(toolPath('oras'), args, { env: { HOME: this.#scratch.path('home') }, cwd });
  }

  /** Writes files `SIZE.bin` into a folder of that name. */
  async writeFiles(folder: string, sizes: readonly number[]) {
    await mkdir(this.#scratch.path(folder), { recursive: true });
    const files = sizes.map((size) => {
      const bytes = randomBytes(size, `oras-${folder}-${size}`);
      return { name: `${size}.bin`, bytes, digest: digestOf(bytes) };
    });
    for (const { name, bytes } of files) await writeFile(this.path(folder, name), bytes);
    return files;
  }

  /** Pushes from the folder and returns the manifest's digest as oras computed it. */
  async push(folder: string, target: string, args: string[]): Promise<string> {
    await this.login(target.slice(0, target.indexOf('/')));
    const command = ['push', '--plain-http', '--format', 'json', target, ...args];
    return JSON.parse(await this.run(command, this.path(folder))).digest;
  }

  async login(host: string): Promise<void> {
    const { username, password } = this.server.credential;
    await this.run(['login', '--plain-http', '-u', username, '-p', password, host]);
  }

  /** `host/library/IMAGE`. */
  ref(image: string, host = this.server.host): string {
    return `${host}/library/${image}`;
  }

  /** A path in the folder of the suite's own. */
  path(...names: string[]): string {
    return this.#scratch.path(...names);
  }
}

/** A server, and an oras signed in nowhere yet, for the tests of a suite. */
export function useOras(): { readonly current: OrasClient } {
  const server = useServer();
  const scratch = useScratch();
  return hold(
    async () => new OrasClient(server.current, scratch.current),
    async () => {},
  );
}
