import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectRoot } from './checkout.ts';
import { ended, hasEnded, listProcesses, type Process, signal, waitFor } from './processes.ts';

/** How a test's server is started; everything has a default. */
export interface ServerOptions {
  /**
   * Directory of the state, which is kept; when absent a temporary one, which stop() removes and
   * which is already migrated, unless a `root` is given.
   */
  state?: string;
  /** Port on 127.0.0.1; a free one when absent. */
  port?: number;
  /** Added to the environment of the server, for example ADMIN_PASSWORD. */
  env?: Record<string, string>;
  /** Checkout whose server is started; the test run's copy when absent. */
  root?: string;
  /** Further options of `npm start`. */
  args?: string[];
}

/** User name and password of a client. */
export interface Login {
  username: string;
  password: string;
}

/** A server, started as `npm start` does, with what it printed about itself. */
export interface Server {
  /** `http://127.0.0.1:PORT`, or https */
  readonly origin: string;
  /** `127.0.0.1:PORT`, the first part of an image address. */
  readonly host: string;
  readonly port: number;
  /** The state directory. */
  readonly state: string;
  readonly admin: Login;
  /** The project's push credential, as printed. */
  readonly credential: Login;
  /** Of the start script; restart() changes it. */
  readonly pid: number;
  /** The live workerd processes of this server. */
  workerdPids(): number[];
  /** How the start script ended; null while it runs, or when a signal ended it. */
  exitStatus(): number | null;
  /** SIGKILL of all its processes at once, like a power cut; the state stays. */
  kill(): Promise<void>;
  /** Starts it again on the same state and port, after kill() or end(). */
  restart(): Promise<void>;
  /** Ends it cleanly and keeps the state, for restart(). */
  end(): Promise<void>;
  /** Ends it cleanly and removes a temporary state; allowed after kill(), and more than once. */
  stop(): Promise<void>;
  /** Everything it has printed so far. */
  output(): string;
  /** Does what it does every hour. @throws Error when some of it failed */
  sweep(): Promise<void>;
}

const startTimeout = 120_000;

/** Starts `npm start`'s script and waits until it says that it is ready. */
export async function startServer(options: ServerOptions = {}): Promise<Server> {
  const server = new RunningServer(options);
  await server.restart().catch(async (error) => {
    await server.stop();
    throw error;
  });
  return server;
}

class RunningServer implements Server {
  readonly state: string;
  readonly #options: ServerOptions;
  #child: ChildProcess | undefined;
  #output = '';
  #greeting: Greeting | undefined;

  constructor(options: ServerOptions) {
    this.#options = options;
    this.state = options.state ?? mkdtempSync(join(tmpdir(), 'orlop-state-'));
    const first = process.env.ORLOP_TEST_STATE;
    const isPlain = options.state === undefined && options.root === undefined;
    if (first && isPlain) cpSync(first, this.state, { recursive: true });
  }

  get origin() {
    return `${this.#known.scheme}://${this.host}`;
  }
  get host() {
    return this.#known.host;
  }
  get port() {
    return Number(this.host.split(':')[1]);
  }
  get admin() {
    return this.#known.admin;
  }
  get credential() {
    return this.#known.credential;
  }
  get pid() {
    return this.#child?.pid ?? 0;
  }
  get #known(): Greeting {
    if (!this.#greeting) throw new Error('the server has not been ready yet');
    return this.#greeting;
  }

  output() {
    return this.#output;
  }

  workerdPids() {
    return this.#processes()
      .filter(({ command }) => command.includes('workerd serve'))
      .map(({ pid }) => pid);
  }

  exitStatus() {
    return this.#child?.exitCode ?? null;
  }

  async restart() {
    const root = this.#options.root ?? process.env.ORLOP_TEST_ROOT ?? projectRoot;
    const port = this.#greeting ? this.port : (this.#options.port ?? 0);
    const script = [join(root, 'scripts/run.js'), 'start'];
    const args = [...script, '--port', String(port), '--state', this.state];
    args.push(...(this.#options.args ?? []));
    const child = spawn(process.execPath, args, {
      cwd: root,
      env: { ...process.env, ...this.#options.env },
      // The channel ends the server with the test's process, however that ends.
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.#child = child;
    const from = this.#output.length;
    const collect = (chunk: Buffer) => {
      this.#output += chunk.toString();
    };
    child.stdout?.on('data', collect);
    child.stderr?.on('data', collect);
    const printed = () => parseGreeting(this.#output.slice(from));
    await waitFor('the server is ready', () => hasEnded(child) || !!printed(), startTimeout);
    this.#greeting = printed() ?? this.#greeting;
    if (!printed()) throw new Error(`the server did not start:\n${this.#output.slice(from)}`);
  }

  async kill() {
    const pids = this.#processes().map(({ pid }) => pid);
    for (const pid of pids) signal(pid, 'SIGKILL');
    if (this.#child) await ended(this.#child);
    await waitFor('every process is gone', () => this.#processes().length === 0);
  }

  async end() {
    if (!this.#child) return;
    if (!hasEnded(this.#child)) this.#child.kill('SIGTERM');
    await ended(this.#child);
  }

  async stop() {
    await this.end();
    if (this.#options.state === undefined) rmSync(this.state, { recursive: true, force: true });
  }

  async sweep() {
    const child = this.#child;
    if (!child) throw new Error('the server has not been started');
    child.send('sweep');
    const [{ failed }] = (await once(child, 'message')) as [{ failed: string | null }];
    if (failed !== null) throw new Error(failed);
  }

  /** Those that name the state; first the one that starts workerd again when it has ended. */
  #processes() {
    const all = listProcesses().filter(({ command }) => command.includes(this.state));
    const isFirst = ({ command }: Process) => Number(command.includes('simulator.ts'));
    return all.sort((one, two) => isFirst(two) - isFirst(one));
  }
}

/** What `npm start` says about itself. */
export interface Greeting {
  scheme: string;
  host: string;
  admin: Login;
  credential: Login;
}

/** Parses what `npm start` prints when it is ready; undefined before that. */
export function parseGreeting(output: string): Greeting | undefined {
  const ready = /ready at (https?):/.exec(output);
  const login = /echo (\S+) \| docker login (\S+) --username (\S+) --password-stdin\n/.exec(output);
  const user = /admin user: (\S+)\n/.exec(output);
  const password = /admin password: (.+)\n/.exec(output);
  if (!ready || !login || !user || !password || !output.includes('Ctrl+C stops')) return undefined;
  return {
    scheme: ready[1] ?? '',
    host: login[2] ?? '',
    admin: { username: user[1] ?? '', password: password[1] ?? '' },
    credential: { username: login[3] ?? '', password: login[1] ?? '' },
  };
}
