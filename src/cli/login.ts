import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { defineCommand } from 'citty';
import { parseHost } from './address.ts';
import { createClient } from './client.ts';
import { storeCredential } from './credentials.ts';
import { CommandError, EXIT } from './exit.ts';
import { HOST, PLAIN_HTTP } from './options.ts';
import { strict } from './strict.ts';

export default defineCommand({
  meta: {
    name: 'login',
    description: "Sign in to a registry and store the credential in docker's config or helper",
  },
  plugins: [strict],
  args: {
    host: HOST,
    username: { type: 'string', alias: 'u', description: 'User name' },
    'password-stdin': { type: 'boolean', description: 'Read the password from standard input' },
    'plain-http': PLAIN_HTTP,
  },
  async run({ args }) {
    const host = parseHost(args.host);
    const username = args.username || (await prompt('User name: ', false));
    const secret = args['password-stdin'] ? await readSecret() : await prompt('Password: ', true);
    if (!username || !secret)
      throw new CommandError(EXIT.usage, 'a user name and a password are required');
    await verify(host, username, secret, args['plain-http'] === true);
    const where = await storeCredential(host, { username, secret });
    console.log(`Signed in to ${host} as ${username}; credential stored in ${where}.`);
  },
});

/** The password on standard input, without the newline that echo appends. */
async function readSecret(): Promise<string> {
  return (await text(process.stdin)).replace(/\r?\n$/, '');
}

async function prompt(question: string, hidden: boolean): Promise<string> {
  if (!process.stdin.isTTY) {
    throw new CommandError(
      EXIT.usage,
      'no terminal to ask on: use --username and --password-stdin',
    );
  }
  // In terminal mode readline itself echoes what is typed, so a null output hides it.
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const output = hidden ? nowhere : process.stderr;
  const terminal = createInterface({ input: process.stdin, output, terminal: true });
  terminal.once('SIGINT', () => process.exit(EXIT.interrupted));
  if (hidden) process.stderr.write(question);
  try {
    return await terminal.question(hidden ? '' : question);
  } finally {
    terminal.close();
    if (hidden) process.stderr.write('\n');
  }
}

/** Checks a credential before it is stored. */
async function verify(
  host: string,
  username: string,
  password: string,
  plainHttp: boolean,
): Promise<void> {
  const credential = { kind: 'password', username, password } as const;
  const response = await createClient({ host, plainHttp, credential })({
    method: 'GET',
    path: '/v2/',
  });
  await response.body?.cancel();
  if (response.ok) return;
  if (response.status === 401 || response.status === 403) {
    throw new CommandError(EXIT.denied, `${host} rejected the user name and password`);
  }
  throw new CommandError(EXIT.failed, `${host} is not a registry: it answered ${response.status}`);
}
