import type { Server } from '../server.ts';
import { toolPath } from '../tools.ts';
import { attempt, type Outcome, run } from './run.ts';
import type { Scratch } from './scratch.ts';

/** What keeps cosign from asking services of the internet, and questions. */
const OFFLINE = ['--use-signing-config=false', '--tlog-upload=false', '--yes'];
/** Signatures by tag, as cosign wrote them before its version 3, or by referrer. */
const FORMATS = { tag: '--new-bundle-format=false', referrer: '--new-bundle-format=true' } as const;
export type SignatureFormat = keyof typeof FORMATS;

/** cosign with a home and a key pair of its own, and the server that it signs in. */
export class CosignClient {
  readonly server: Server;
  readonly #scratch: Scratch;

  constructor(server: Server, scratch: Scratch) {
    this.server = server;
    this.#scratch = scratch;
  }

  async makeKeys(): Promise<void> {
    await run(toolPath('cosign'), ['generate-key-pair'], this.#options());
  }

  login(): Promise<string> {
    const { username, password } = this.server.credential;
    const args = ['login', this.server.host, '-u', username, '-p', password];
    return run(toolPath('cosign'), args, this.#options());
  }

  /** Signs what a reference names. */
  sign(target: string, format: SignatureFormat, ...more: string[]): Promise<Outcome> {
    const key = ['--key', 'cosign.key', '--allow-http-registry', FORMATS[format]];
    return this.#run(['sign', ...key, ...OFFLINE, ...more, target]);
  }

  /** Verifies signatures of what a reference names. */
  verify(target: string, format: SignatureFormat): Promise<Outcome> {
    const key = ['--key', 'cosign.pub', '--allow-http-registry', FORMATS[format]];
    return this.#run(['verify', ...key, '--insecure-ignore-tlog', target]);
  }

  #run(args: string[]): Promise<Outcome> {
    return attempt(toolPath('cosign'), args, this.#options());
  }

  #options() {
    const env = { HOME: this.#scratch.path('home'), COSIGN_PASSWORD: '' };
    return { env, cwd: this.#scratch.dir };
  }
}
