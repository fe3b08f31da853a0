import { chmod, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { adminSession, ownAdmin } from '../support/admin-session.ts';
import { imageOf } from '../support/clients/images.ts';
import { layerOf } from '../support/clients/layers.ts';
import { type Orlop, orlopIn } from '../support/clients/orlop.ts';
import { pushImage } from '../support/clients/push-image.ts';
import { useScratch, useServer } from '../support/clients/setup.ts';

/** A credential helper that keeps credentials in files, one for each server. */
const HELPER = `#!/bin/sh
folder="$(dirname "$0")/kept"
mkdir -p "$folder"
input="$(cat)"
case "$1" in
  store)
    server="$(printf %s "$input" | sed 's/.*"ServerURL":"\\([^"]*\\)".*/\\1/' | tr '/:' '__')"
    printf %s "$input" > "$folder/$server" ;;
  get | erase)
    file="$folder/$(printf %s "$input" | tr '/:' '__')"
    [ -f "$file" ] || { echo "credentials not found in native keychain"; exit 1; }
    if [ "$1" = get ]; then cat "$file"; else rm "$file"; fi ;;
esac
`;

describe('orlop login', () => {
  const server = useServer();
  const scratch = useScratch();

  beforeAll(async () => {
    await pushImage(server.current, 'library/signed', imageOf([layerOf('gzip', [])]));
  });

  /** The command with its own config, which holds `content`. */
  async function orlop(name: string, content?: object): Promise<Orlop> {
    const command = orlopIn(scratch.current.path(name));
    await mkdir(dirname(command.config), { recursive: true });
    if (content) await writeFile(command.config, JSON.stringify(content));
    return command;
  }

  const readConfig = async ({ config }: Orlop) => JSON.parse(await readFile(config, 'utf8'));

  const image = () => `${server.current.host}/library/signed:v1`;
  const pull = (command: Orlop, env = {}) =>
    command.run(['pull', image(), '--output', '-', '--json'], { env });

  test("keeps the credential in docker's config, readable by its owner only, and the rest of it", async () => {
    const other = { auths: { 'registry.other': { auth: 'YTpi' } }, psFormat: 'x' };
    const command = await orlop('plain', other);
    const { host, credential } = server.current;
    expect(await command.login(host, credential)).toMatchObject({ code: 0 });
    const { username, password } = credential;
    const auth = Buffer.from(`${username}:${password}`).toString('base64');
    const expected = { ...other, auths: { ...other.auths, [host]: { auth } } };
    expect(await readConfig(command)).toEqual(expected);
    expect((await stat(command.config)).mode & 0o777).toBe(0o600);
    expect(await pull(command)).toMatchObject({ code: 0 });
    expect(await command.run(['logout', host])).toMatchObject({ code: 0 });
    expect(await readConfig(command)).toEqual(other);
    expect(await pull(command)).toMatchObject({ code: 3 });
  });

  test('keeps no credential that the registry refuses', async () => {
    const command = await orlop('wrong');
    const { host, credential } = server.current;
    const outcome = await command.login(host, { ...credential, password: 'wrong' });
    expect(outcome.code).toBe(3);
    expect(outcome.stderr).toContain('rejected the user name and password');
    await expect(stat(command.config)).rejects.toThrow(/ENOENT/);
  });

  test.each([
    ['all registries', () => ({ credsStore: 'fake' })],
    ['this one', () => ({ credHelpers: { [server.current.host]: 'fake' } })],
  ])('gives it to the helper that the config names for %s', async (name, content) => {
    const command = await orlop(`helper-${name.length}`, content());
    const folder = dirname(command.config);
    await writeFile(`${folder}/docker-credential-fake`, HELPER);
    await chmod(`${folder}/docker-credential-fake`, 0o755);
    const env = { PATH: `${folder}:${process.env.PATH}` };
    const { host, credential } = server.current;
    const args = ['login', host, '-u', credential.username, '--password-stdin'];
    const outcome = await command.run(args, { env, input: `${credential.password}\n` });
    expect(outcome).toMatchObject({ code: 0 });
    const kept = `${folder}/kept/${host.replace(':', '_')}`;
    const entry = { ServerURL: host, Username: credential.username, Secret: credential.password };
    expect(JSON.parse(await readFile(kept, 'utf8'))).toEqual(entry);
    expect(await readFile(command.config, 'utf8')).not.toContain('auth"');
    expect(await pull(command, env)).toMatchObject({ code: 0 });
    expect(await command.run(['logout', host], { env })).toMatchObject({ code: 0 });
    await expect(stat(kept)).rejects.toThrow(/ENOENT/);
  });

  test('a helper that is missing is named', async () => {
    const command = await orlop('missing', { credsStore: 'nowhere' });
    const { code, stderr } = await pull(command);
    expect([code, stderr]).toEqual([1, expect.stringContaining('docker-credential-nowhere')]);
  });

  test('an identity token of docker signs in, too', async () => {
    const { host, origin } = server.current;
    await adminSession(server.current);
    const { username, password } = ownAdmin(server.current);
    const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
    const url = `${origin}/v2/token?service=${host}&offline_token=true`;
    const answer = await fetch(url, { headers: { authorization } });
    const { refresh_token: identitytoken } = (await answer.json()) as { refresh_token: string };
    const command = await orlop('identity', { auths: { [host]: { identitytoken } } });
    expect(await pull(command)).toMatchObject({ code: 0 });
  });

  test('without a terminal it says how to give the password', async () => {
    const command = await orlop('terminal');
    const { code, stderr } = await command.run(['login', server.current.host, '-u', 'somebody']);
    expect([code, stderr]).toEqual([2, expect.stringContaining('--password-stdin')]);
  });
});
