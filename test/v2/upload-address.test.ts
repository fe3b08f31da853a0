import { describe, expect, test, vi } from 'vitest';
import { freshBytes, sha256, unique } from '../support/worker/content.ts';
import { query } from '../support/worker/database.ts';
import { makePlace, makeUser } from '../support/worker/people.ts';
import { beginUpload, withDigest } from '../support/worker/push.ts';
import {
  ADMIN,
  bearer,
  expectFault,
  expectStatus,
  ORIGIN,
  send,
} from '../support/worker/registry-client.ts';
import { getToken } from '../support/worker/token-service.ts';
import {
  append,
  expectBlob,
  expectNoBlob,
  objectId,
  readProgress,
} from '../support/worker/uploads.ts';

const fresh = () => `library/${unique('addressed')}`;
const METHODS = ['GET', 'PATCH', 'PUT', 'DELETE'] as const;

/** One request of each kind to an upload's address. */
async function tryAll(location: string, who: string = ADMIN): Promise<Response[]> {
  const answers: Response[] = [];
  for (const method of METHODS) {
    const path = method === 'PUT' ? withDigest(location, sha256('abc')) : location;
    const body = method === 'PATCH' || method === 'PUT' ? { body: 'abc' } : {};
    answers.push(await send(who, method, path, body));
  }
  return answers;
}

async function expectUnknown(location: string, who: string = ADMIN): Promise<void> {
  for (const response of await tryAll(location, who)) {
    await expectFault(response, 404, 'BLOB_UPLOAD_UNKNOWN');
  }
}

test('an upload answers with its address, its id and how long a chunk should be', async () => {
  const repository = fresh();
  const response = await send(ADMIN, 'POST', `/v2/${repository}/blobs/uploads/`);
  await expectStatus(response, 202);
  const { location, range } = readProgress(response);
  const id = response.headers.get('docker-upload-uuid');
  expect(new URL(location, ORIGIN).pathname).toBe(`/v2/${repository}/blobs/uploads/${id}`);
  expect(range).toBe('0-0');
  expect(objectId(location)).toMatch(/^[0-9a-f]{64}$/);
  expect(Number(response.headers.get('oci-chunk-min-length'))).toBeGreaterThan(0);
});

describe('status', () => {
  test('is the last byte that is stored', async () => {
    const begun = await beginUpload(fresh());
    const states: (readonly [string, string])[] = [[begun, '0-0']];
    const location = await append(begun, freshBytes(1000));
    states.push([location, '0-999'], [begun, '0-999']);
    states.push([await append(location, freshBytes(500)), '0-1499']);
    const last = states.at(-1)?.[0] ?? '';
    const response = await expectStatus(await send(ADMIN, 'GET', last), 204);
    expect(readProgress(response).range).toBe('0-1499');
    const next = readProgress(response).location;
    await expectStatus(await send(ADMIN, 'PATCH', next, { body: 'x' }), 202);
  });

  test('of one without bytes', async () => {
    const response = await send(ADMIN, 'GET', await beginUpload(fresh()));
    await expectStatus(response, 204);
    expect(readProgress(response).range).toBe('0-0');
  });
});

describe('an upload that has ended is unknown', () => {
  test.each([0, 10, 7 * 1024 * 1024])('cancelled after %i bytes', async (size) => {
    const repository = fresh();
    let location = await beginUpload(repository);
    if (size > 0) location = await append(location, freshBytes(size));
    const response = await expectStatus(await send(ADMIN, 'DELETE', location), 204);
    expect(await response.text()).toBe('');
    const answers = await tryAll(location);
    // Of an upload without bytes nothing is asked when the whole blob comes.
    const put = size === 0 ? answers.splice(METHODS.indexOf('PUT'), 1)[0] : undefined;
    if (put) await expectStatus(put, 201);
    for (const answer of answers) await expectFault(answer, 404, 'BLOB_UPLOAD_UNKNOWN');
    if (!put) await expectNoBlob(repository, sha256('abc'));
  });

  test('finished after a PATCH', async () => {
    const location = await append(await beginUpload(fresh()), 'abc');
    await expectStatus(await send(ADMIN, 'PUT', withDigest(location, sha256('abc'))), 201);
    await expectUnknown(location);
  });
});

describe('a forged address', () => {
  const change = (location: string, edit: (segment: string) => string) => {
    const at = location.lastIndexOf('/') + 1;
    return `${location.slice(0, at)}${edit(location.slice(at))}`;
  };
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

  test.each<[string, (segment: string) => string]>([
    ['of garbage', () => 'garbage'],
    ['of an upload before this release', () => crypto.randomUUID()],
    ['of the object’s id alone', (segment) => objectId(`/${segment}`)],
    ['cut off', (segment) => segment.slice(0, -5)],
    ['with another signature', (segment) => `${segment.slice(0, -43)}${'A'.repeat(43)}`],
    ['unsigned', (segment) => `${encode({ alg: 'none' })}.${segment.split('.')[1]}.`],
    [
      'with changed claims',
      (segment) => {
        const [header, claims = '', signature] = segment.split('.');
        const read = JSON.parse(Buffer.from(claims, 'base64url').toString()) as object;
        return `${header}.${encode({ ...read, written: false })}.${signature}`;
      },
    ],
  ])('%s', async (_, edit) => {
    const repository = fresh();
    const location = await append(await beginUpload(repository), 'abc');
    await expectUnknown(change(location, edit));
    await expectStatus(await send(ADMIN, 'PUT', withDigest(location, sha256('abc'))), 201);
    await expectBlob(repository, sha256('abc'), new TextEncoder().encode('abc'));
  });

  test('that is an access token', async () => {
    const { token } = await getToken(ADMIN, '');
    await expectUnknown(change(await beginUpload(fresh()), () => token));
  });

  test('that was given for another repository', async () => {
    const [one, two] = [fresh(), fresh()];
    const location = await append(await beginUpload(one), 'abc');
    await expectUnknown(location.replace(one, two));
    await expectNoBlob(two, sha256('abc'));
    await expectStatus(await send(ADMIN, 'GET', location), 204);
  });

  test('that has expired', async () => {
    const day = 24 * 60 * 60 * 1000;
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - day - 60_000 });
    const location = await beginUpload(fresh());
    vi.useRealTimers();
    await expectUnknown(location);
  });

  test('used by a principal who may not push there', async () => {
    const { workspace, developer } = await makePlace();
    const { developer: stranger } = await makePlace();
    const location = await beginUpload(`${workspace}/app`, '', developer);
    for (const response of await tryAll(location, stranger)) {
      await expectFault(response, 403, 'DENIED');
    }
    await expectStatus(await send(developer, 'GET', location), 204);
  });

  test('used by another principal, who may push there too', async () => {
    const { project, workspace, developer } = await makePlace();
    const other = await makeUser({ [project]: 'developer' });
    const begun = await beginUpload(`${workspace}/app`, '', developer);
    await expectUnknown(begun, other.authorization);
    await expectUnknown(begun, ADMIN);
    await expectStatus(await send(developer, 'PATCH', begun, { body: 'abc' }), 202);
    const scope = `scope=repository:${workspace}/app:pull,push`;
    const token = bearer((await getToken(developer, scope)).token);
    await expectStatus(await send(token, 'PUT', withDigest(begun, sha256('abc'))), 201);
  });

  test('without the right to push any more', async () => {
    const { project, workspace } = await makePlace();
    const user = await makeUser({ [project]: 'developer' });
    const begun = await beginUpload(`${workspace}/app`, '', user.authorization);
    await query("UPDATE members SET role = 'viewer' WHERE user_id = ?", user.id);
    for (const response of await tryAll(begun, user.authorization)) {
      await expectFault(response, 403, 'DENIED');
    }
  });
});

describe('an address survives what clients do with it', () => {
  const bytes = freshBytes(1000);
  const digest = sha256(bytes);

  test.each([
    ['as it is', `?digest=${digest}`],
    ['with parameters of their own', `?a=1&digest=${digest}&z=2`],
    ['with the digest twice', `?digest=${digest}&x=1&digest=${digest}`],
    ['with a parameter of an earlier release', `?_state=x&digest=${digest}`],
  ])('%s', async (_, parameters) => {
    const repository = fresh();
    const begun = await beginUpload(repository);
    expect(begun).not.toContain('?');
    const location = await append(`${begun}?x=1&y=2`, bytes.slice(0, 400));
    const rest = { body: bytes.slice(400) };
    await expectStatus(await send(ADMIN, 'PUT', `${location}${parameters}`, rest), 201);
    await expectBlob(repository, digest, bytes);
  });

  test('built from the id in the header', async () => {
    const repository = fresh();
    const response = await send(ADMIN, 'POST', `/v2/${repository}/blobs/uploads/`);
    const built = `/v2/${repository}/blobs/uploads/${response.headers.get('docker-upload-uuid')}`;
    await expectStatus(await send(ADMIN, 'PUT', withDigest(built, digest), { body: bytes }), 201);
    await expectBlob(repository, digest, bytes);
  });
});
