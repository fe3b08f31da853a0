import { describe, expect, test, vi } from 'vitest';
import { freshBytes, sha256, unique } from '../support/worker/content.ts';
import { makePlace } from '../support/worker/people.ts';
import { beginUpload, withDigest } from '../support/worker/push.ts';
import {
  ADMIN,
  expectFault,
  expectStatus,
  ORIGIN,
  send,
} from '../support/worker/registry-client.ts';
import { append, expectBlob, expectNoBlob, readProgress } from '../support/worker/uploads.ts';

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
    await expectUnknown(location);
    await expectNoBlob(repository, sha256('abc'));
  });

  test('finished after a PATCH', async () => {
    const location = await append(await beginUpload(fresh()), 'abc');
    await expectStatus(await send(ADMIN, 'PUT', withDigest(location, sha256('abc'))), 201);
    await expectUnknown(location);
  });
});

describe('a forged address', () => {
  const change = (location: string, edit: (url: URL) => void) => {
    const url = new URL(location, ORIGIN);
    edit(url);
    return `${url.pathname}${url.search || '?x='}`;
  };
  const state = (url: URL) => url.searchParams.get('_state') ?? '';

  test.each<[string, (url: URL) => void]>([
    ['without its state', (url) => url.searchParams.delete('_state')],
    ['with an empty one', (url) => url.searchParams.set('_state', '')],
    ['with garbage', (url) => url.searchParams.set('_state', 'garbage')],
    ['cut off', (url) => url.searchParams.set('_state', state(url).slice(0, -5))],
    [
      'with another signature',
      (url) => url.searchParams.set('_state', `${state(url).slice(0, -43)}${'A'.repeat(43)}`),
    ],
    [
      'unsigned',
      (url) => {
        const header = Buffer.from('{"alg":"none"}').toString('base64url');
        url.searchParams.set('_state', `${header}.${state(url).split('.')[1]}.`);
      },
    ],
    [
      'with changed claims',
      (url) => {
        const [header, claims = '', signature] = state(url).split('.');
        const read = JSON.parse(Buffer.from(claims, 'base64url').toString()) as object;
        const changed = Buffer.from(JSON.stringify({ ...read, x: 1 })).toString('base64url');
        url.searchParams.set('_state', `${header}.${changed}.${signature}`);
      },
    ],
    [
      'of another id',
      (url) => {
        url.pathname = url.pathname.replace(/[^/]+$/, crypto.randomUUID());
      },
    ],
    [
      'of no id',
      (url) => {
        url.pathname = url.pathname.replace(/[^/]+$/, 'nonsense');
      },
    ],
  ])('%s', async (_, edit) => {
    const repository = fresh();
    const location = await append(await beginUpload(repository), 'abc');
    await expectUnknown(change(location, edit));
    await expectStatus(await send(ADMIN, 'PUT', withDigest(location, sha256('abc'))), 201);
    await expectBlob(repository, sha256('abc'), new TextEncoder().encode('abc'));
  });

  test('that was given for another repository', async () => {
    const [one, two] = [fresh(), fresh()];
    const location = await append(await beginUpload(one), 'abc');
    await expectUnknown(location.replace(one, two));
    await expectNoBlob(two, sha256('abc'));
    await expectStatus(await send(ADMIN, 'GET', location), 204);
  });

  test('whose state is that of another upload', async () => {
    const repository = fresh();
    const [one, two] = [await beginUpload(repository), await beginUpload(repository)];
    const swapped = `${one.split('?')[0]}?${two.split('?')[1]}`;
    await expectUnknown(swapped);
  });

  test('with its state twice', async () => {
    const location = await beginUpload(fresh());
    const twice = `${location}&${location.split('?')[1]}`;
    for (const response of await tryAll(twice)) await expectFault(response, 400, 'UNSUPPORTED');
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
});
