import { describe, expect, test } from 'vitest';
import {
  EMPTY,
  freshBytes,
  sha256,
  sha512,
  UNKNOWN_DIGEST,
  unique,
} from '../support/worker/content.ts';
import { bucketKeys } from '../support/worker/database.ts';
import { beginUpload, withDigest } from '../support/worker/push.ts';
import {
  ADMIN,
  chunked,
  expectFault,
  expectStatus,
  send,
} from '../support/worker/registry-client.ts';
import { append, expectBlob, expectNoBlob } from '../support/worker/uploads.ts';

const MIB = 1024 * 1024;
const fresh = () => `library/${unique('whole')}`;
const uploads = (repository: string) => `/v2/${repository}/blobs/uploads/`;

type Push = (repository: string, bytes: Uint8Array, digest: string) => Promise<Response>;

/** Every way to push a blob whose digest is known from the start. */
const WAYS: readonly (readonly [string, Push])[] = [
  [
    'one POST',
    (repository, bytes, digest) =>
      send(ADMIN, 'POST', `${uploads(repository)}?digest=${digest}`, { body: bytes }),
  ],
  [
    'one POST without a length',
    (repository, bytes, digest) =>
      send(ADMIN, 'POST', `${uploads(repository)}?digest=${digest}`, { body: chunked(bytes) }),
  ],
  [
    'POST and PUT',
    async (repository, bytes, digest) => {
      const location = withDigest(await beginUpload(repository), digest);
      return await send(ADMIN, 'PUT', location, { body: bytes });
    },
  ],
  [
    'POST and PUT without a length',
    async (repository, bytes, digest) => {
      const location = withDigest(await beginUpload(repository), digest);
      return await send(ADMIN, 'PUT', location, { body: chunked(bytes) });
    },
  ],
  [
    'POST, PATCH and PUT',
    async (repository, bytes, digest) => {
      const location = await append(await beginUpload(repository), bytes);
      return await send(ADMIN, 'PUT', withDigest(location, digest));
    },
  ],
  [
    'POST, PATCH without a length and PUT',
    async (repository, bytes, digest) => {
      const location = await append(await beginUpload(repository), chunked(bytes));
      return await send(ADMIN, 'PUT', withDigest(location, digest));
    },
  ],
  [
    'POST for sha512 and PUT',
    async (repository, bytes, digest) => {
      const location = await beginUpload(repository, '?digest-algorithm=sha512');
      return await send(ADMIN, 'PUT', withDigest(location, digest), { body: bytes });
    },
  ],
  [
    'POST for sha512, PATCH without a length and PUT',
    async (repository, bytes, digest) => {
      const begun = await beginUpload(repository, '?digest-algorithm=sha512');
      const location = await append(begun, chunked(bytes));
      return await send(ADMIN, 'PUT', withDigest(location, digest));
    },
  ],
];

describe.each(WAYS)('%s', (way, push) => {
  test.each([
    ['a byte', 1],
    ['some kilobytes', 70_000],
    ['a part and a byte', 6 * MIB + 1],
  ])('%s', async (_, size) => {
    const [repository, bytes] = [fresh(), freshBytes(size)];
    for (const digest of [sha256(bytes), sha512(bytes)]) {
      const response = await expectStatus(await push(repository, bytes, digest), 201);
      expect(response.headers.get('location')).toBe(`/v2/${repository}/blobs/${digest}`);
      expect(response.headers.get('docker-content-digest')).toBe(digest);
      await expectBlob(repository, digest, bytes);
    }
  });

  // An empty POST cannot be told from one that only begins an upload: 202 is right too.
  test('no byte at all', async () => {
    const [repository, digest] = [fresh(), sha256(EMPTY)];
    const response = await push(repository, EMPTY, digest);
    if (way.startsWith('one POST') && response.status === 202) {
      const location = response.headers.get('location') ?? '';
      await expectStatus(await send(ADMIN, 'PUT', withDigest(location, digest)), 201);
    } else {
      await expectStatus(response, 201);
    }
    await expectBlob(repository, digest, EMPTY);
  });

  test('a wrong digest is DIGEST_INVALID, and nothing is stored', async () => {
    const [repository, bytes] = [fresh(), freshBytes(2000)];
    const before = await bucketKeys();
    await expectFault(await push(repository, bytes, UNKNOWN_DIGEST), 400, 'DIGEST_INVALID');
    await expectNoBlob(repository, UNKNOWN_DIGEST);
    await expectNoBlob(repository, sha256(bytes));
    expect(await bucketKeys()).toEqual(before);
  });
});

describe('after a wrong digest', () => {
  test('POST and PUT: the same upload takes the right one', async () => {
    const [repository, bytes] = [fresh(), freshBytes()];
    const location = await beginUpload(repository);
    const wrong = await send(ADMIN, 'PUT', withDigest(location, UNKNOWN_DIGEST), { body: bytes });
    await expectFault(wrong, 400, 'DIGEST_INVALID');
    const right = await send(ADMIN, 'PUT', withDigest(location, sha256(bytes)), { body: bytes });
    await expectStatus(right, 201);
    await expectBlob(repository, sha256(bytes), bytes);
  });

  test.each([100, 6 * MIB + 100])('%i bytes patched: the upload continues', async (size) => {
    const [repository, bytes] = [fresh(), freshBytes(size)];
    const cut = size - 50;
    const location = await append(await beginUpload(repository), bytes.slice(0, cut));
    const early = await send(ADMIN, 'PUT', withDigest(location, sha256(bytes)));
    await expectFault(early, 400, 'DIGEST_INVALID');
    const next = await append(location, bytes.slice(cut));
    await expectStatus(await send(ADMIN, 'PUT', withDigest(next, sha256(bytes))), 201);
    await expectBlob(repository, sha256(bytes), bytes);
  });

  test.each([100, 6 * MIB + 100])('%i bytes patched: the upload can be cancelled', async (size) => {
    const [repository, bytes] = [fresh(), freshBytes(size)];
    const before = await bucketKeys();
    const location = await append(await beginUpload(repository), chunked(bytes));
    const wrong = await send(ADMIN, 'PUT', withDigest(location, UNKNOWN_DIGEST));
    await expectFault(wrong, 400, 'DIGEST_INVALID');
    await expectStatus(await send(ADMIN, 'DELETE', location), 204);
    await expectFault(await send(ADMIN, 'GET', location), 404, 'BLOB_UPLOAD_UNKNOWN');
    expect(await bucketKeys()).toEqual(before);
  });
});

describe('a POST with a digest and nothing else', () => {
  test.each([
    ['sha256', sha256('')],
    ['sha512', sha512('')],
  ])('is the whole blob where that is nothing: %s', async (_, digest) => {
    const repository = fresh();
    await expectNoBlob(repository, digest);
    const response = await send(ADMIN, 'POST', `${uploads(repository)}?digest=${digest}`);
    await expectStatus(response, 201);
    expect(response.headers.get('location')).toBe(`/v2/${repository}/blobs/${digest}`);
    await expectBlob(repository, digest, new Uint8Array(0));
  });

  test('begins an upload where it is not', async () => {
    const response = await send(ADMIN, 'POST', `${uploads(fresh())}?digest=${sha256('abc')}`);
    await expectStatus(response, 202);
  });
});

describe.each([
  'garbage',
  'sha256:abc',
  'md5:d41d8cd98f00b204e9800998ecf8427e',
  `sha256:${'A'.repeat(64)}`,
  '',
])('the digest "%s" is DIGEST_INVALID', (digest) => {
  const path = () => `${uploads(fresh())}?digest=${digest}`;

  test('in a POST with the bytes', async () => {
    await expectFault(await send(ADMIN, 'POST', path(), { body: 'abc' }), 400, 'DIGEST_INVALID');
  });

  test('in a POST without them', async () => {
    await expectFault(await send(ADMIN, 'POST', path()), 400, 'DIGEST_INVALID');
  });

  test('in a PUT', async () => {
    const location = withDigest(await beginUpload(fresh()), digest);
    await expectFault(await send(ADMIN, 'PUT', location, { body: 'abc' }), 400, 'DIGEST_INVALID');
  });
});

test.each(['md5', 'SHA256', 'sha384', ''])('digest-algorithm=%s is refused', async (algorithm) => {
  const path = `${uploads(fresh())}?digest-algorithm=${algorithm}`;
  await expectFault(await send(ADMIN, 'POST', path), 400, 'DIGEST_INVALID');
});

test('a PUT without a digest is refused, and the upload continues', async () => {
  const [repository, bytes] = [fresh(), freshBytes()];
  const location = await append(await beginUpload(repository), bytes);
  await expectFault(await send(ADMIN, 'PUT', location), 400, 'DIGEST_INVALID');
  await expectStatus(await send(ADMIN, 'PUT', withDigest(location, sha256(bytes))), 201);
});

test('a blob that is already stored is accepted again, and keeps one object', async () => {
  const [one, two, bytes] = [fresh(), fresh(), freshBytes()];
  const digest = sha256(bytes);
  for (const repository of [one, one, two]) {
    const path = `${uploads(repository)}?digest=${digest}`;
    await expectStatus(await send(ADMIN, 'POST', path, { body: bytes }), 201);
    await expectBlob(repository, digest, bytes);
  }
});
