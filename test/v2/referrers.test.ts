import { beforeAll, describe, expect, test } from 'vitest';
import {
  CONFIG_TYPE,
  type Descriptor,
  describeBytes,
  imageText,
  indexText,
  sha256,
  TYPES,
  UNKNOWN_DIGEST,
  unique,
} from '../support/worker/content.ts';
import { imageId, query } from '../support/worker/database.ts';
import { followPages } from '../support/worker/paging.ts';
import { type PushedImage, pushImage, putManifest } from '../support/worker/push.ts';
import { ADMIN, expectFault, expectStatus, send } from '../support/worker/registry-client.ts';

const fresh = () => `library/${unique('referred')}`;
const readList = (body: { manifests: Descriptor[] }) => body.manifests;

async function list(repository: string, subject: string, parameters = '') {
  const path = `/v2/${repository}/referrers/${subject}${parameters}`;
  const response = await expectStatus(await send(ADMIN, 'GET', path), 200);
  expect(response.headers.get('content-type')).toBe(TYPES.index);
  const body = (await response.json()) as { manifests: Descriptor[] };
  expect(body).toMatchObject({ schemaVersion: 2, mediaType: TYPES.index });
  return { manifests: body.manifests, filters: response.headers.get('oci-filters-applied') };
}

/** Pushes a manifest with a subject; returns the descriptor that a list should show. */
async function attach(
  repository: string,
  image: PushedImage,
  fields: Record<string, unknown>,
): Promise<Descriptor> {
  const text = imageText(image.config, image.layers, { subject: image.descriptor, ...fields });
  const response = await expectStatus(await putManifest(repository, sha256(text), text), 201);
  expect(response.headers.get('oci-subject')).toBe(image.digest);
  const { artifactType = CONFIG_TYPE, annotations } = fields;
  return {
    ...describeBytes(text, TYPES.image),
    artifactType,
    ...(annotations ? { annotations } : {}),
  };
}

const byDigest = (list: readonly Descriptor[]) =>
  [...list].sort((one, two) => (one.digest < two.digest ? -1 : 1));

describe('the list of what refers to a subject', () => {
  test('shows type, size, artifact type and annotations of each', async () => {
    const repository = fresh();
    const image = await pushImage(repository, 'v1');
    const annotations = { 'org.example.date': '2026', 漢字: '😀' };
    const expected = [
      await attach(repository, image, { artifactType: 'application/a' }),
      await attach(repository, image, { artifactType: 'application/b', annotations }),
      await attach(repository, image, { annotations: { x: 'config type' } }),
    ];
    const { manifests, filters } = await list(repository, image.digest);
    expect(manifests).toEqual(byDigest(expected));
    expect(filters).toBeNull();
  });

  test('shows an index with a subject', async () => {
    const repository = fresh();
    const image = await pushImage(repository, 'v1');
    const fields = { subject: image.descriptor, artifactType: 'application/list' };
    const text = indexText([image.descriptor], fields);
    const response = await putManifest(repository, 'all', text, { 'content-type': TYPES.index });
    expect(response.headers.get('oci-subject')).toBe(image.digest);
    const { manifests } = await list(repository, image.digest);
    expect(manifests).toEqual([
      { ...describeBytes(text, TYPES.index), artifactType: 'application/list' },
    ]);
  });

  test('an index without an artifactType has none in the list', async () => {
    const repository = fresh();
    const image = await pushImage(repository, 'v1');
    const text = indexText([], { subject: image.descriptor });
    await putManifest(repository, 'all', text, { 'content-type': TYPES.index });
    const { manifests } = await list(repository, image.digest);
    expect(manifests).toEqual([describeBytes(text, TYPES.index)]);
  });

  test('exists before its subject does, and stays when that is pushed', async () => {
    const repository = fresh();
    const image = await pushImage(repository, null);
    const later = imageText(image.config, [], { later: true });
    const subject = describeBytes(later, TYPES.image);
    const { digest } = await pushImage(repository, null, { fields: { subject } });
    const digests = async () =>
      (await list(repository, subject.digest)).manifests.map((entry) => entry.digest);
    expect(await digests()).toEqual([digest]);
    await expectStatus(await putManifest(repository, 'later', later), 201);
    expect(await digests()).toEqual([digest]);
  });

  test('loses what is deleted, and has it again after a new push', async () => {
    const repository = fresh();
    const image = await pushImage(repository, 'v1');
    const referrer = await pushImage(repository, null, { fields: { subject: image.descriptor } });
    const path = `/v2/${repository}/manifests/${referrer.digest}`;
    await expectStatus(await send(ADMIN, 'DELETE', path), 202);
    expect((await list(repository, image.digest)).manifests).toEqual([]);
    await expectStatus(await putManifest(repository, referrer.digest, referrer.text), 201);
    expect((await list(repository, image.digest)).manifests).toHaveLength(1);
  });

  test('is empty without referrers, and for a subject that does not exist', async () => {
    const repository = fresh();
    const image = await pushImage(repository, 'v1');
    for (const [name, digest] of [
      [repository, image.digest],
      [repository, UNKNOWN_DIGEST],
      [fresh(), UNKNOWN_DIGEST],
    ] as const) {
      expect((await list(name, digest)).manifests).toEqual([]);
    }
  });

  test('has no referrers of other repositories', async () => {
    const [one, two] = [fresh(), fresh()];
    const image = await pushImage(one, 'v1');
    await attach(one, image, { artifactType: 'a/b' });
    expect((await list(two, image.digest)).manifests).toEqual([]);
  });
});

describe('artifactType', () => {
  const repository = fresh();
  let image: PushedImage;
  let expected: Descriptor[];

  beforeAll(async () => {
    image = await pushImage(repository, 'v1');
    expected = [];
    for (const artifactType of ['a/x', 'a/y+json', 'a/x', undefined]) {
      const fields = artifactType === undefined ? {} : { artifactType };
      expected.push(await attach(repository, image, { ...fields, n: unique('n') }));
    }
  });

  test.each(['a/x', 'a/y+json', CONFIG_TYPE, 'a/none'])('%s only', async (type) => {
    const parameters = `?artifactType=${encodeURIComponent(type)}`;
    const { manifests, filters } = await list(repository, image.digest, parameters);
    expect(manifests).toEqual(byDigest(expected.filter((entry) => entry.artifactType === type)));
    expect(filters).toBe('artifactType');
  });

  test('stays in the links from page to page', async () => {
    const path = `/v2/${repository}/referrers/${image.digest}?n=1&artifactType=a/x`;
    const pages = await followPages(ADMIN, path, readList);
    expect(pages).toHaveLength(2);
    expect(pages.flat()).toEqual(byDigest(expected.filter((e) => e.artifactType === 'a/x')));
  });
});

describe('paging', () => {
  const repository = fresh();
  const subject = sha256('the subject of many');
  const digests = Array.from({ length: 2500 }, (_, i) => sha256(`referrer ${i}`)).sort();

  beforeAll(async () => {
    await pushImage(repository, 'v1');
    const note = JSON.stringify({ note: '漢'.repeat(3000) });
    await query(
      `INSERT INTO manifests (image_id, workspace_id, digest, media_type, artifact_type,
          subject_digest, annotations, size, content_size, content, pushed_at, pushed_by)
        SELECT i.id, i.workspace_id, value, ?, 'a/b', ?, ?, 1, 1, '{}', 0, 'test'
          FROM json_each(?), images AS i WHERE i.id = ?`,
      TYPES.image,
      subject,
      note,
      JSON.stringify(digests),
      await imageId(repository),
    );
  });

  test.each(['', '?n=100', '?n=1000', '?n=999999', '?artifactType=a/b'])(
    'referrers%s to its end: each once, each in one value of D1',
    async (parameters) => {
      const path = `/v2/${repository}/referrers/${subject}${parameters}`;
      const pages = await followPages(ADMIN, path, readList);
      expect(pages.flat().map((entry) => entry.digest)).toEqual(digests);
      // Bytes, not characters.
      for (const page of pages) {
        expect(Buffer.byteLength(JSON.stringify(page))).toBeLessThan(2_000_000);
      }
    },
  );

  test('n=0 is empty', async () => {
    expect((await list(repository, subject, '?n=0')).manifests).toEqual([]);
  });

  test.each([
    ['n=-1', 'PAGINATION_NUMBER_INVALID'],
    ['n=x', 'PAGINATION_NUMBER_INVALID'],
    ['n=1&n=2', 'UNSUPPORTED'],
    ['artifactType=a&artifactType=b', 'UNSUPPORTED'],
    ['last=a&last=b', 'UNSUPPORTED'],
  ] as const)('%s is refused', async (parameters, code) => {
    const path = `/v2/${repository}/referrers/${subject}?${parameters}`;
    await expectFault(await send(ADMIN, 'GET', path), 400, code);
  });
});

test.each(['v1', 'sha256:abc', `sha256:${'F'.repeat(64)}`])('%s is no subject', async (subject) => {
  const path = `/v2/${fresh()}/referrers/${subject}`;
  await expectFault(await send(ADMIN, 'GET', path), 400, 'DIGEST_INVALID');
});

test('annotations of a referrer over 64 KiB are refused, those of an image are not', async () => {
  const repository = fresh();
  const image = await pushImage(repository, 'v1');
  const annotations = { x: 'x'.repeat(70_000) };
  const fields = { subject: image.descriptor, annotations };
  const text = imageText(image.config, [], fields);
  await expectFault(await putManifest(repository, 'v2', text), 400, 'MANIFEST_INVALID');
  const plain = imageText(image.config, [], { annotations });
  await expectStatus(await putManifest(repository, 'v2', plain), 201);
});
