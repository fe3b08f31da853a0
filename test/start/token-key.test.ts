import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { copyCheckout } from '../support/checkout.ts';
import { type Login, type Server, startServer } from '../support/server.ts';

let root = '';
beforeAll(() => {
  root = copyCheckout();
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const BLOBS = '/v2/library/kept/blobs';

function basic({ username, password }: Login): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

async function ask(server: Server, path: string, authorization: string, method = 'GET') {
  const answer = await fetch(server.origin + path, { method, headers: { authorization } });
  return { status: answer.status, location: answer.headers.get('location'), answer };
}

/** A token of the push credential for one repository, and an upload that it began. */
async function signSomething(server: Server): Promise<{ token: string; location: string }> {
  const scope = encodeURIComponent('repository:library/kept:pull,push');
  const { answer } = await ask(server, `/v2/token?scope=${scope}`, basic(server.credential));
  const { token } = (await answer.json()) as { token: string };
  const begun = await ask(server, `${BLOBS}/uploads/`, `Bearer ${token}`, 'POST');
  expect(begun.status).toBe(202);
  return { token, location: begun.location ?? '' };
}

test('what TOKEN_KEY has signed stays valid while it is TOKEN_KEY_PREVIOUS, and no longer', async () => {
  const file = join(root, '.dev.vars');
  const server = await startServer({ root });
  try {
    const { token, location } = await signSomething(server);
    const statuses = async () => [
      (await ask(server, location, `Bearer ${token}`)).status,
      (await ask(server, location, basic(server.credential))).status,
    ];
    expect(await statuses()).toEqual([204, 204]);

    const before = readFileSync(file, 'utf8');
    const old = /^TOKEN_KEY="(.*)"$/m.exec(before)?.[1];
    const changed = before.replace(/^TOKEN_KEY=.*$/m, `TOKEN_KEY="${'n'.repeat(43)}"`);
    const restartWith = async (text: string) => {
      await server.end();
      writeFileSync(file, text);
      await server.restart();
    };
    await restartWith(`${changed}TOKEN_KEY_PREVIOUS="${old}"\n`);
    expect(await statuses()).toEqual([204, 204]);
    const { location: fresh } = await signSomething(server);
    await restartWith(changed);
    expect(await statuses()).toEqual([401, 404]);
    expect((await ask(server, fresh, basic(server.credential))).status).toBe(204);
  } finally {
    await server.stop();
  }
});
