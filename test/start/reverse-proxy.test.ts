/** A registry after a reverse proxy, and one that serves https itself. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findDatabase } from '../../scripts/lib/local-database.ts';
import { imageOf } from '../support/clients/images.ts';
import { layerOfSize } from '../support/clients/layers.ts';
import { layoutDigest, writeLayout } from '../support/clients/oci-layout.ts';
import { run } from '../support/clients/run.ts';
import { hold } from '../support/clients/setup.ts';
import { type Server, startServer } from '../support/server.ts';
import { describeWithTools, toolPath } from '../support/tools.ts';

describe('a registry that trusts its reverse proxy (--trusted-proxy)', () => {
  const server = hold(
    () =>
      startServer({
        args: ['127.0.0.1', '10.0.0.0/8', '2001:db8::/32'].flatMap((network) => [
          '--trusted-proxy',
          network,
        ]),
      }),
    (started) => started.stop(),
  );

  test.each([
    [{}, '127.0.0.1'],
    [{ 'x-forwarded-for': '192.0.2.1' }, '192.0.2.1'],
    [{ 'x-forwarded-for': '198.51.100.1, 192.0.2.1' }, '192.0.2.1'],
    [{ 'x-forwarded-for': '198.51.100.1, 192.0.2.1, 10.1.2.3' }, '192.0.2.1'],
    [{ 'x-forwarded-for': '10.0.0.1, 10.1.2.3' }, '10.0.0.1'],
    [{ 'x-forwarded-for': '192.0.2.1:4711' }, '192.0.2.1'],
    [{ 'x-forwarded-for': '::ffff:192.0.2.1' }, '192.0.2.1'],
    [{ 'x-forwarded-for': '::FFFF:c000:0201' }, '192.0.2.1'],
    [{ 'x-forwarded-for': '198.51.100.1, 0:0:0:0:0:ffff:0a01:0203' }, '198.51.100.1'],
    [{ 'x-forwarded-for': '[2001:dead::1]:443, 2001:db8::5' }, '2001:dead::1'],
    [{ 'x-forwarded-for': '192.0.2.1, unknown' }, '127.0.0.1'],
    [{ 'cf-connecting-ip': '192.0.2.1', 'x-real-ip': '192.0.2.2' }, '127.0.0.1'],
  ])('knows by %j that the client is %s', async (headers, address) => {
    await signIn(server.current, headers);
    expect(lastAddress(server.current)).toBe(address);
  });

  test.each([
    [{ 'x-forwarded-proto': 'https' }, true],
    [{ 'x-forwarded-proto': 'http' }, false],
    [{ 'x-forwarded-proto': 'https, http' }, false],
    [{ 'x-forwarded-proto': 'gopher' }, false],
    [{}, false],
  ])('knows by %j whether the client uses https: %s', async (headers, isSecure) => {
    const cookie = await signIn(server.current, headers);
    expect(cookie.includes('Secure')).toBe(isSecure);
    const answer = await fetch(`${server.current.origin}/v2/`, { headers });
    const scheme = isSecure ? 'https' : 'http';
    expect(answer.headers.get('www-authenticate')).toContain(`realm="${scheme}://`);
  });
});

test.skipIf(!hasIpv6())(
  'a client by IPv4 of a server by IPv6 is known by its IPv4 address',
  async () => {
    const server = await startServer({ args: ['--host', '::'] });
    try {
      await signIn(server, {});
      expect(lastAddress(server)).toBe('127.0.0.1');
    } finally {
      await server.stop();
    }
  },
);

function hasIpv6(): boolean {
  return Object.values(networkInterfaces()).some((all) =>
    all?.some((one) => one.family === 'IPv6'),
  );
}

describeWithTools('a registry that serves https', ['openssl', 'skopeo'], () => {
  let folder = '';
  let server: Server;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'orlop-tls-'));
    const [cert, key] = [join(folder, 'ca.crt'), join(folder, 'key.pem')];
    const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
    const args = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', ...subject];
    execFileSync(toolPath('openssl'), [...args, '-keyout', key, '-out', cert], { stdio: 'ignore' });
    server = await startServer({ args: ['--tls-cert', cert, '--tls-key', key] });
  });
  afterAll(async () => {
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test('is pushed to and pulled from by a client that verifies its certificate', async () => {
    expect(server.origin).toMatch(/^https:/);
    const { username, password } = server.credential;
    const image = imageOf([layerOfSize('tar', 3_000_000, 'tls')]);
    const layout = await writeLayout(join(folder, 'image'), { v1: image });
    const address = `docker://${server.host}/library/tls:v1`;
    const copy = (side: string, from: string, to: string) => {
      const options = [`--${side}-cert-dir=${folder}`, `--${side}-creds=${username}:${password}`];
      const args = ['copy', '--preserve-digests', ...options, from, to];
      return run(toolPath('skopeo'), args, { env: { HOME: folder } });
    };
    await copy('dest', `oci:${layout}:v1`, address);
    await copy('src', address, `oci:${join(folder, 'pulled')}:v1`);
    expect(await layoutDigest(join(folder, 'pulled'))).toBe(await layoutDigest(layout));
  });

  test('closes a connection that is not https', async () => {
    await expect(fetch(`http://${server.host}/v2/`)).rejects.toThrow();
  });
});

/** Signs in to the console; the cookie that is set. */
async function signIn({ origin, admin }: Server, headers: Record<string, string>): Promise<string> {
  const type = { 'content-type': 'application/json' };
  const body = JSON.stringify(admin);
  const request = { method: 'POST', headers: { ...type, ...headers }, body };
  const answer = await fetch(`${origin}/api/v1/session`, request);
  expect(answer.status).toBe(200);
  return answer.headers.get('set-cookie') ?? '';
}

/** The address of the latest sign-in, as its user sees it among the sessions. */
function lastAddress({ state }: Server): unknown {
  const database = new DatabaseSync(findDatabase(state) ?? '', { readOnly: true });
  try {
    const sql = 'SELECT address FROM sessions ORDER BY rowid DESC LIMIT 1';
    return database.prepare(sql).get()?.address;
  } finally {
    database.close();
  }
}
