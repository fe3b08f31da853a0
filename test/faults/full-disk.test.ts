/** A local registry on a real disk that fills. */
import { execFileSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { letCredentialDelete, ownAdmin } from '../support/admin-session.ts';
import { describeAsRoot } from '../support/clients/as-root.ts';
import { type Server, startServer } from '../support/server.ts';
import { toolPath } from '../support/tools.ts';
import { freshBytes, makeBlob } from './support/image.ts';
import { Repository } from './support/repository.ts';
import { type Answer, ask, Sending } from './support/wire.ts';

const MIB = 1024 ** 2;

function expectFull({ status, body }: Answer): void {
  expect([status, body.toString()]).toEqual([
    507,
    expect.stringContaining('the disk of the registry is full'),
  ]);
}

describeAsRoot('on a disk of 96 MiB', ['mount', 'umount'], () => {
  let disk: string;
  let server: Server;

  beforeAll(() => {
    disk = mkdtempSync(join(tmpdir(), 'orlop-disk-'));
    execFileSync(toolPath('mount'), ['-t', 'tmpfs', '-o', 'size=96m', 'tmpfs', disk]);
  });
  afterAll(async () => {
    await server?.end();
    execFileSync(toolPath('umount'), [disk]);
    rmSync(disk, { recursive: true });
  });

  test('a push for which it has no space is refused, and the next one fits', async () => {
    server = await startServer({ state: join(disk, 'state'), args: ['--free-space', '0'] });
    const repository = new Repository(server, 'full');
    const layer = makeBlob(freshBytes(120 * MIB));
    const { digest, bytes } = layer;
    expectFull(await repository.finish(await repository.begin(), digest, bytes));
    // Without a length: the disk fills in the middle.
    const location = await repository.begin();
    expectFull(await new Sending(server, 'PATCH', location).end(bytes));
    expect((await ask(server, 'DELETE', location)).status).toBe(204);
    const small = makeBlob(freshBytes(MIB));
    await repository.pushBlob(small);
    expect(await repository.readBlob(small.digest)).toEqual(small.bytes);
    await server.end();
  });

  test('pushes leave a tenth of it free, and all else works below that', async () => {
    server = await startServer({ state: join(disk, 'state') });
    const repository = new Repository(server, 'reserve');
    const kept = makeBlob(freshBytes(1000));
    await repository.pushBlob(kept);
    const free = Number(
      execFileSync('df', ['--output=avail', '-B1', disk]).toString().split('\n')[1],
    );
    writeFileSync(join(disk, 'other'), Buffer.alloc(free - 5 * MIB));
    const location = `${repository.path}/blobs/uploads/`;
    const retried = async () => (await ask(server, 'POST', location)).status === 507;
    await expect.poll(retried, { timeout: 20_000 }).toBe(true);
    expect(await repository.readBlob(kept.digest)).toEqual(kept.bytes);
    const { username, password } = server.admin;
    const signedIn = await fetch(`${server.origin}/api/v1/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username, password }),
    });
    expect(signedIn.status, await signedIn.text()).toBe(200);
    await letCredentialDelete(server);
    const path = `${repository.path}/blobs/${kept.digest}`;
    expect((await ask(server, 'DELETE', path)).status).toBe(202);
    await server.sweep();
    const isDegraded = async () =>
      (await (await fetch(`${server.origin}/healthz`)).json()) as { status: string };
    await expect.poll(isDegraded, { timeout: 20_000 }).toMatchObject({ status: 'degraded' });
    rmSync(join(disk, 'other'));
    await expect.poll(retried, { timeout: 20_000 }).toBe(false);
    await repository.pushBlob(kept);
  });

  /** As another program that fills the disk to its last byte. */
  function fillUp(): void {
    const opened = openSync(join(disk, 'other'), 'a');
    try {
      for (let size = MIB; size >= 1; size /= 16) {
        try {
          while (writeSync(opened, Buffer.alloc(size)) === size) {}
        } catch {
          // Smaller pieces may fit.
        }
      }
    } finally {
      closeSync(opened);
    }
  }

  async function signIn(): Promise<Answer> {
    const headers = { 'content-type': 'application/json' };
    const body = Buffer.from(JSON.stringify(ownAdmin(server)));
    return await ask(server, 'POST', '/api/v1/session', body, headers);
  }

  test('space is kept to sign in, to delete and to start when another program has filled it', async () => {
    const repository = new Repository(server, 'filled');
    const [kept, deleted] = [makeBlob(freshBytes(1000)), makeBlob(freshBytes(2000))];
    for (const blob of [kept, deleted]) await repository.pushBlob(blob);
    await expect.poll(() => existsSync(join(disk, 'state/spare')), { timeout: 20_000 }).toBe(true);
    fillUp();
    const signedIn = async () => (await signIn()).status;
    await expect.poll(signedIn, { timeout: 20_000 }).toBe(200);
    const health = async () => (await ask(server, 'GET', '/healthz')).body.toString();
    await expect.poll(health, { timeout: 20_000 }).toContain('"degraded":["disk"]');
    expect((await ask(server, 'DELETE', `${repository.path}/blobs/${deleted.digest}`)).status).toBe(
      202,
    );
    expectFull(await ask(server, 'POST', `${repository.path}/blobs/uploads/`));
    await server.end();
    await server.restart();
    expect(await repository.readBlob(kept.digest)).toEqual(kept.bytes);
    expect((await signIn()).status).toBe(200);
  });

  test('with nothing left, errors and a start name the disk', async () => {
    fillUp();
    for (let n = 0; n < 20; n++) {
      const answer = await signIn();
      if (answer.status !== 200) expectFull(answer);
    }
    await server.end();
    fillUp();
    await expect(server.restart()).rejects.toThrow(
      /\norlop: the disk with .*\/state is full: free some space, and start again\n$/,
    );
    rmSync(join(disk, 'other'));
    await server.restart();
    expect((await signIn()).status).toBe(200);
  });
});
