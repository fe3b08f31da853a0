import { beforeAll, describe, expect, test } from 'vitest';
import { imageId, query } from '../support/worker/database.ts';
import { followPages, nextPath } from '../support/worker/paging.ts';
import { pushBlob, pushImage } from '../support/worker/push.ts';
import { ADMIN, expectFault, expectStatus, send } from '../support/worker/registry-client.ts';

const REPOSITORY = 'library/listed/deep';
const LIST = `/v2/${REPOSITORY}/tags/list`;
const readTags = (body: { tags: string[] }) => body.tags;
const sorted = ['1', '10', '2', 'A', 'B', '_x', 'a', 'a-b', 'a.b', 'a_b', 'b'];

async function list(parameters = ''): Promise<string[]> {
  const response = await expectStatus(await send(ADMIN, 'GET', `${LIST}${parameters}`), 200);
  return readTags((await response.json()) as { tags: string[] });
}

beforeAll(async () => {
  const { digest } = await pushImage(REPOSITORY, null);
  const id = await imageId(REPOSITORY);
  for (const tag of [...sorted].reverse()) {
    await query(
      `INSERT INTO tags (image_id, name, manifest_id, created_at, updated_at, updated_by)
        SELECT image_id, ?, id, 0, 0, 'test' FROM manifests WHERE image_id = ? AND digest = ?`,
      ...[tag, id, digest],
    );
  }
});

test('tags come in ASCII order, with the name of the repository', async () => {
  const response = await expectStatus(await send(ADMIN, 'GET', LIST), 200);
  expect(await response.json()).toEqual({ name: REPOSITORY, tags: sorted });
  expect(response.headers.has('link')).toBe(false);
});

describe('paging', () => {
  test.each([1, 2, 3, 10, 11, 12, 1000])('by %i gives every tag once', async (n) => {
    const pages = await followPages(ADMIN, `${LIST}?n=${n}`, readTags);
    expect(pages.flat()).toEqual(sorted);
    expect(pages).toHaveLength(Math.ceil(sorted.length / n));
  });

  test.each([
    ['?last=a', ['a-b', 'a.b', 'a_b', 'b']],
    ['?n=2&last=a', ['a-b', 'a.b']],
    ['?last=a0', ['a_b', 'b']],
    ['?last=b', []],
    ['?last=zzz', []],
    ['?last=', sorted],
    ['?last=%00', sorted],
    ["?last=a'%20OR%201=1--", ['a-b', 'a.b', 'a_b', 'b']],
    ['?n=0', []],
    ['?n=0&last=a', []],
    ['?n=999999999', sorted],
  ])('%s', async (parameters, expected) => {
    expect(await list(parameters)).toEqual(expected);
  });

  test('n=0 and the last page name no next one', async () => {
    for (const parameters of ['?n=0', '?n=11', '?last=zzz']) {
      expect(nextPath(await send(ADMIN, 'GET', `${LIST}${parameters}`))).toBeNull();
    }
  });

  test.each(['-1', 'x', '1.5', '1e3', '', '%20', '99999999999999999999', '0x10'])(
    'n=%s is refused',
    async (n) => {
      const response = await send(ADMIN, 'GET', `${LIST}?n=${n}`);
      await expectFault(response, 400, 'PAGINATION_NUMBER_INVALID');
    },
  );

  test.each(['n=1&n=2', 'last=a&last=b', `last=${'x'.repeat(513)}`])(
    '%s is refused',
    async (parameters) => {
      await expectFault(await send(ADMIN, 'GET', `${LIST}?${parameters}`), 400, 'UNSUPPORTED');
    },
  );
});

describe('10,001 tags', () => {
  const MANY = 'library/many-tags';
  const names = Array.from({ length: 10_001 }, (_, i) => `t${String(i).padStart(5, '0')}`);

  beforeAll(async () => {
    const { digest } = await pushImage(MANY, null);
    await query(
      `INSERT INTO tags (image_id, name, manifest_id, created_at, updated_at, updated_by)
        SELECT m.image_id, value, m.id, 0, 0, 'test' FROM json_each(?), manifests AS m
          WHERE m.image_id = ? AND m.digest = ?`,
      JSON.stringify(names),
      await imageId(MANY),
      digest,
    );
  });

  test.each([
    ['', 2],
    ['?n=100', 101],
    ['?n=1001', 10],
    ['?n=5000', 3],
    ['?n=50000', 2],
  ])('tags/list%s followed to its end', async (parameters, count) => {
    const pages = await followPages(ADMIN, `/v2/${MANY}/tags/list${parameters}`, readTags);
    expect(pages.flat()).toEqual(names);
    expect(pages).toHaveLength(count);
  });
});

describe('a repository without tags', () => {
  test('that has a manifest: an empty list', async () => {
    await pushImage('library/untagged', null);
    const response = await send(ADMIN, 'GET', '/v2/library/untagged/tags/list');
    expect(await response.json()).toEqual({ name: 'library/untagged', tags: [] });
  });

  test('that does not exist, or has only blobs: NAME_UNKNOWN', async () => {
    await pushBlob('library/only-blobs');
    for (const name of ['only-blobs', 'never-pushed']) {
      const response = await send(ADMIN, 'GET', `/v2/library/${name}/tags/list`);
      await expectFault(response, 404, 'NAME_UNKNOWN');
    }
  });
});
