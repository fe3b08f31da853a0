/** Writes that D1, R2 or a Durable Object has done, and whose answer is lost. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Env } from '../../src/env.ts';
import {
  describeBytes,
  freshBytes,
  imageText,
  sha256,
  TYPES,
  unique,
} from '../support/worker/content.ts';
import { bindings, query } from '../support/worker/database.ts';
import { bucketWith, sendWith } from '../support/worker/faulty-bucket.ts';
import { databaseFailing } from '../support/worker/faulty-database.ts';
import { makePlace, makeUser, trashWorkspace } from '../support/worker/people.ts';
import { beginUpload, pushBlob, pushImage, tagDigest, withDigest } from '../support/worker/push.ts';
import { ADMIN, chunked, expectStatus, send } from '../support/worker/registry-client.ts';

beforeEach(() => void vi.spyOn(console, 'error').mockImplementation(() => {}));
afterEach(() => void vi.restoreAllMocks());

const lost = () => new Error('D1_ERROR: Network connection lost.');

/** A database that loses the answers of the first two queries that match, having done them. */
const losing = (on: RegExp) => databaseFailing({ on, error: lost, times: 2, isLate: true });

describe('a write of D1 that was committed, and whose answer was lost', () => {
  test('the first blob of an image', async () => {
    const repository = `library/${unique('lost')}`;
    const bytes = freshBytes();
    const path = `/v2/${repository}/blobs/uploads/?digest=${sha256(bytes)}`;
    for (const on of [/insert into "images"/, /INSERT INTO blobs/]) {
      const failing = losing(on);
      await expectStatus(
        await sendWith({ DB: failing.database }, 'POST', path, { body: bytes }),
        201,
      );
      expect(failing.tries()).toBeLessThanOrEqual(3);
    }
    const pulled = await send(ADMIN, 'GET', `/v2/${repository}/blobs/${sha256(bytes)}`);
    expect(new Uint8Array(await pulled.arrayBuffer())).toEqual(bytes);
    expect(await query('SELECT key FROM doomed_objects JOIN blobs USING (key)')).toEqual([]);
  });

  test.each([
    ['in its row', 10],
    ['in an object', 600_000],
  ])('a manifest %s: stored once, one entry of history, its object stays', async (_, filler) => {
    const repository = `library/${unique('lost')}`;
    const image = await pushImage(repository, 'before');
    const text = imageText(image.config, image.layers, { filler: 'x'.repeat(filler) });
    // Pushed twice, so that its object replaces another one.
    for (let round = 0; round < 2; round++) {
      const failing = losing(/insert into "manifests"/);
      const answer = await putThrough(failing.database, repository, 'v1', text);
      await expectStatus(answer, 201);
      expect(failing.tries()).toBe(3);
    }
    const history = await query(
      `SELECT tag FROM tag_history WHERE tag = 'v1' AND image_id = (SELECT id FROM images WHERE name = ?)`,
      repository.slice('library/'.length),
    );
    expect(history).toHaveLength(1);
    expect(
      await query('SELECT key FROM doomed_objects JOIN manifests ON key = content_key'),
    ).toEqual([]);
    const pulled = await send(ADMIN, 'GET', `/v2/${repository}/manifests/v1`);
    expect(await pulled.text()).toBe(text);
  });

  test('a manifest with If-None-Match is tried once, because the tag is there the second time', async () => {
    const repository = `library/${unique('lost')}`;
    const image = await pushImage(repository, 'before');
    const failing = losing(/insert into "manifests"/);
    const headers = { 'if-none-match': '*' };
    const answer = await putThrough(failing.database, repository, 'v1', image.text, headers);
    expect([answer.status, failing.tries()]).toEqual([503, 1]);
    expect(await tagDigest(repository, 'v1')).toBe(image.digest);
  });

  test('a manifest in an object, and what it was let in by: refused, its object stays', async () => {
    const { project, workspace } = await makePlace();
    const user = await makeUser({ [project]: 'developer' });
    const repository = `${workspace}/app`;
    const image = await pushImage(repository, 'before');
    const text = imageText(image.config, image.layers, { filler: 'x'.repeat(600_000) });
    const failing = databaseFailing({
      ...{ on: /insert into "manifests"/, error: lost, times: 1, isLate: true },
      meanwhile: () => query('DELETE FROM members WHERE user_id = ?', user.id),
    });
    const headers = { authorization: user.authorization };
    const answer = await putThrough(failing.database, repository, 'v1', text, headers);
    expect([answer.status, failing.tries()]).toEqual([403, 2]);
    const pulled = await send(ADMIN, 'GET', `/v2/${repository}/manifests/v1`);
    expect(await pulled.text()).toBe(text);
  });

  test('a blob, and its workspace: refused, its object stays for those who have the blob', async () => {
    const { workspace } = await makePlace();
    const bytes = freshBytes();
    const path = `/v2/${workspace}/app/blobs/uploads/?digest=${sha256(bytes)}`;
    const failing = databaseFailing({
      ...{ on: /INSERT INTO blobs/, error: lost, times: 1, isLate: true },
      async meanwhile() {
        await query("UPDATE images SET deleted_at = 1 WHERE name = 'app' AND deleted_at IS NULL");
        await trashWorkspace(workspace);
      },
    });
    const answer = await sendWith({ DB: failing.database }, 'POST', path, { body: bytes });
    expect(answer.status).toBe(404);
    const other = `library/${unique('lost')}`;
    await pushBlob(other, bytes);
    const pulled = await send(ADMIN, 'GET', `/v2/${other}/blobs/${sha256(bytes)}`);
    expect(new Uint8Array(await pulled.arrayBuffer())).toEqual(bytes);
  });

  test('a mount', async () => {
    const digest = await pushBlob('library/lost-source');
    const failing = losing(/INSERT INTO image_blobs/);
    const path = `/v2/library/${unique('lost')}/blobs/uploads/?mount=${digest}&from=library/lost-source`;
    await expectStatus(await sendWith({ DB: failing.database }, 'POST', path), 201);
  });

  test('a deletion is tried once, because nothing is there the second time', async () => {
    const repository = `library/${unique('lost')}`;
    await pushImage(repository, 'v1');
    const failing = losing(/DELETE FROM tags/i);
    const path = `/v2/${repository}/manifests/v1`;
    const answer = await sendWith({ DB: failing.database }, 'DELETE', path);
    expect([answer.status, answer.headers.get('retry-after'), failing.tries()]).toEqual([
      503,
      '5',
      1,
    ]);
    expect(await tagDigest(repository, 'v1')).toBeNull();
  });
});

describe('a call of an upload’s object', () => {
  test('whose body is unread when it fails is made again', async () => {
    const location = await beginUpload('library/lost-uploads');
    const env = { UPLOADS: objectsFailing({ times: 2, isLate: false }) };
    await expectStatus(
      await sendWith(env, 'PATCH', location, { body: chunked(freshBytes()) }),
      202,
    );
  });

  test('for ever: 503', async () => {
    const location = await beginUpload('library/lost-uploads');
    const env = { UPLOADS: objectsFailing({ times: Infinity, isLate: false }) };
    const answer = await sendWith(env, 'PATCH', location, { body: chunked(freshBytes()) });
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5']);
  });

  test('whose body was read is not made again, and no byte is lost or doubled', async () => {
    const bytes = freshBytes(1000);
    const location = await beginUpload('library/lost-uploads');
    const env = { UPLOADS: objectsFailing({ times: 1, isLate: true }) };
    const answer = await sendWith(env, 'PATCH', location, { body: chunked(bytes) });
    expect(answer.status).toBe(503);
    const status = await send(ADMIN, 'GET', location);
    expect(status.headers.get('range')).toBe('0-999');
    await expectStatus(await send(ADMIN, 'PUT', withDigest(location, sha256(bytes))), 201);
  });

  test('that completes it or cancels it was done, and is no error the second time', async () => {
    const bytes = freshBytes(1000);
    const location = await filled(bytes);
    const put = withDigest(location, sha256(bytes));
    const failing = () => ({ UPLOADS: objectsFailing({ times: 2, isLate: true }) });
    await expectStatus(await sendWith(failing(), 'PUT', put), 201);
    await expectStatus(await send(ADMIN, 'PUT', put), 404);
    await expectStatus(await sendWith(failing(), 'DELETE', await filled(bytes)), 204);
  });

  test('that completes it with the wrong digest is the same error', async () => {
    const location = await filled(freshBytes(1000));
    const env = { UPLOADS: objectsFailing({ times: 2, isLate: true }) };
    await expectStatus(await sendWith(env, 'PUT', withDigest(location, sha256('other'))), 400);
  });
});

test('writes of whole bytes to R2 are repeated, streams are not', async () => {
  let left = 2;
  const put = (async (key: string, value: never, options?: R2PutOptions) => {
    const done = await bindings.BUCKET.put(key, value, options);
    if (left-- > 0) throw new Error('put: Internal Error (10001)');
    return done;
  }) as unknown as R2Bucket['put'];
  const env = { BUCKET: bucketWith({ put }) };
  const repository = `library/${unique('lost')}`;
  const image = await pushImage(repository, null);
  const text = imageText(image.config, image.layers, { filler: 'x'.repeat(600_000) });
  const manifest = { headers: { 'content-type': TYPES.image }, body: text };
  await expectStatus(await sendWith(env, 'PUT', `/v2/${repository}/manifests/v1`, manifest), 201);
  expect(left).toBe(-1);
  left = 1;
  const bytes = freshBytes();
  const path = `/v2/${repository}/blobs/uploads/?digest=${sha256(bytes)}`;
  const answer = await sendWith(env, 'POST', path, { body: bytes });
  expect([answer.status, left]).toEqual([503, 0]);
  expect(describeBytes(bytes).digest).toBe(sha256(bytes));
});

function putThrough(
  database: D1Database,
  repository: string,
  tag: string,
  text: string,
  more: Record<string, string> = {},
): Promise<Response> {
  const headers = { 'content-type': TYPES.image, ...more };
  return sendWith({ DB: database }, 'PUT', `/v2/${repository}/manifests/${tag}`, {
    headers,
    body: text,
  });
}

/** An upload that has bytes, and no digest yet. */
async function filled(bytes: Uint8Array): Promise<string> {
  const location = await beginUpload('library/lost-uploads');
  const answer = await send(ADMIN, 'PATCH', location, { body: chunked(bytes) });
  await expectStatus(answer, 202);
  return answer.headers.get('location') ?? '';
}

/** The uploads' objects, whose calls fail: before they are made, or after they were answered. */
function objectsFailing({ times, isLate }: { times: number; isLate: boolean }): Env['UPLOADS'] {
  let left = times;
  const error = () => new Error('Durable Object reset because its code was updated.');
  const failing = (stub: DurableObjectStub) => ({
    async fetch(request: Request) {
      const fails = left-- > 0;
      if (fails && !isLate) throw error();
      const answer = await stub.fetch(request as never);
      if (!fails) return answer;
      await answer.arrayBuffer();
      throw error();
    },
  });
  return new Proxy(bindings.UPLOADS, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== 'function') return value;
      if (name !== 'get') return value.bind(target);
      return (id: DurableObjectId) => failing(target.get(id));
    },
  });
}
