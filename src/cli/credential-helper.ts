import { spawn } from 'node:child_process';
import * as z from 'zod/mini';
import { CommandError, EXIT } from './exit.ts';

const found = z.object({ Username: z.string(), Secret: z.string() });

/** A user name and a password, as docker's credential helpers store them. */
export interface StoredSecret {
  readonly username: string;
  readonly secret: string;
}

/**
 * Gets a server's credential from `docker-credential-<helper>`; null if it has none.
 * https://github.com/docker/docker-credential-helpers#development
 * @throws CommandError when the helper fails
 */
export async function getFromHelper(helper: string, server: string): Promise<StoredSecret | null> {
  const { code, output } = await runHelper(helper, 'get', server);
  if (code !== 0 && /credentials not found/i.test(output)) return null;
  if (code !== 0) throw helperError(helper, output);
  const parsed = found.safeParse(parseJson(output));
  if (!parsed.success) throw helperError(helper, 'its output is not the expected JSON');
  return { username: parsed.data.Username, secret: parsed.data.Secret };
}

/** @throws CommandError when the helper fails */
export async function storeInHelper(
  helper: string,
  server: string,
  { username, secret }: StoredSecret,
): Promise<void> {
  const entry = { ServerURL: server, Username: username, Secret: secret };
  const { code, output } = await runHelper(helper, 'store', JSON.stringify(entry));
  if (code !== 0) throw helperError(helper, output);
}

/** @throws CommandError when the helper fails; having nothing to erase is not a failure */
export async function eraseInHelper(helper: string, server: string): Promise<void> {
  const { code, output } = await runHelper(helper, 'erase', server);
  if (code !== 0 && !/credentials not found/i.test(output)) throw helperError(helper, output);
}

function runHelper(helper: string, action: string, input: string) {
  const child = spawn(`docker-credential-${helper}`, [action], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  // A helper may exit without reading.
  child.stdin.on('error', () => {}).end(input);
  return new Promise<{ code: number | null; output: string }>((resolve, reject) => {
    child.on('error', (error) => reject(helperError(helper, error.message)));
    child.on('close', (code) => resolve({ code, output: output.trim() }));
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function helperError(helper: string, reason: string): CommandError {
  const what = `docker-credential-${helper} from docker's config failed`;
  return new CommandError(EXIT.failed, `${what}: ${reason || 'no reason given'}`);
}
