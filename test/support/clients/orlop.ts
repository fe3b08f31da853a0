import { join } from 'node:path';
import { projectRoot } from '../checkout.ts';
import type { Login } from '../server.ts';
import { attempt, type Outcome, type RunOptions, type Started, start } from './run.ts';

/** The `orlop` command of a user whose docker config is in a folder. */
export interface Orlop {
  /** Docker's config.json. */
  readonly config: string;
  run(args: readonly string[], options?: RunOptions): Promise<Outcome>;
  start(args: readonly string[], options?: RunOptions): Started;
  /** Signs in to a registry. */
  login(host: string, login: Login): Promise<Outcome>;
}

const script = join(projectRoot, 'bin/orlop.js');

/** The command with its config in that folder. */
export function orlopIn(folder: string): Orlop {
  const prepare = ({ env, ...rest }: RunOptions = {}) => ({
    ...rest,
    env: { DOCKER_CONFIG: folder, HOME: folder, ...env },
  });
  const run: Orlop['run'] = (args, options) =>
    attempt(process.execPath, [script, ...args], prepare(options));
  return {
    config: join(folder, 'config.json'),
    run,
    start: (args, options) => start(process.execPath, [script, ...args], prepare(options)),
    login: (host, { username, password }) => {
      const args = ['login', host, '--username', username, '--password-stdin'];
      return run(args, { input: password });
    },
  };
}
