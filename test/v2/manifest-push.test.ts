import { describe, expect, test } from 'vitest';
import {
  CONFIG_TYPE,
  describeBytes,
  freshBytes,
  imageText,
  indexText,
  sha256,
  sha512,
  TYPES,
  UNKNOWN_DIGEST,
  unique,
} from '../support/worker/content.ts';
import { pushBlob, pushImage, pushIndex, putManifest, tagDigest } from '../support/worker/push.ts';
import { ADMIN, expectFault, expectStatus, send } from '../support/worker/registry-client.ts';

const fresh = () => `library/${unique('pushed')}`;

async function expectKept(repository: string, reference: string, text: string, type: string) {
  const response = await send(ADMIN, 'GET', `/v2/${repository}/manifests/${reference}`);
  await expectStatus(response, 200);
  expect(response.headers.get('content-type')).toBe(type);
  expect(await response.text()).toBe(text);
}

describe('what is accepted', () => {
  test('an OCI image by tag: Location and digest are answered', async () => {
    const repository = fresh();
    const image = await pushImage(repository, null);
    const response = await expectStatus(await putManifest(repository, 'v1', image.text), 201);
    expect(response.headers.get('location')).toBe(`/v2/${repository}/manifests/${image.digest}`);
    expect(response.headers.get('docker-content-digest')).toBe(image.digest);
    expect(response.headers.has('oci-subject')).toBe(false);
    await expectKept(repository, 'v1', image.text, TYPES.image);
  });

  test('a Docker image and a manifest list of it', async () => {
    const repository = fresh();
    const bytes = freshBytes();
    await pushBlob(repository, bytes);
    const part = describeBytes(bytes, 'application/vnd.docker.container.image.v1+json');
    const text = JSON.stringify({
      schemaVersion: 2,
      mediaType: TYPES.dockerImage,
      config: part,
      layers: [],
    });
    const asDocker = { 'content-type': TYPES.dockerImage };
    await expectStatus(await putManifest(repository, 'v1', text, asDocker), 201);
    await expectKept(repository, 'v1', text, TYPES.dockerImage);
    const platform = { os: 'linux', architecture: 'arm64' };
    const list = JSON.stringify({
      schemaVersion: 2,
      mediaType: TYPES.dockerList,
      manifests: [{ ...describeBytes(text, TYPES.dockerImage), platform }],
    });
    const asList = { 'content-type': TYPES.dockerList };
    await expectStatus(await putManifest(repository, 'all', list, asList), 201);
    await expectKept(repository, 'all', list, TYPES.dockerList);
  });

  test('an index, and an index of indexes', async () => {
    const repository = fresh();
    const image = await pushImage(repository, null);
    const inner = await pushIndex(repository, null, [image.descriptor]);
    const outer = await pushIndex(repository, 'all', [inner, image.descriptor]);
    await expectKept(repository, 'all', outer.text, TYPES.index);
  });

  test('an empty index', async () => {
    const repository = fresh();
    const index = await pushIndex(repository, 'none', []);
    await expectKept(repository, 'none', index.text, TYPES.index);
  });

  test('an index that lists layers, as build caches write it', async () => {
    const repository = fresh();
    const bytes = freshBytes();
    await pushBlob(repository, bytes);
    const index = await pushIndex(repository, 'cache', [describeBytes(bytes)]);
    await expectKept(repository, 'cache', index.text, TYPES.index);
  });

  test('a Content-Type with parameters, in capitals, or none where the text says it', async () => {
    const repository = fresh();
    const { text } = await pushImage(repository, null);
    for (const type of [`${TYPES.image}; charset=utf-8`, TYPES.image.toUpperCase(), '']) {
      await expectStatus(await putManifest(repository, 'v1', text, { 'content-type': type }), 201);
      await expectKept(repository, 'v1', text, TYPES.image);
    }
  });

  test('the same push twice', async () => {
    const repository = fresh();
    const { text } = await pushImage(repository, 'v1');
    await expectStatus(await putManifest(repository, 'v1', text), 201);
    await expectKept(repository, 'v1', text, TYPES.image);
  });

  test('a push by sha512', async () => {
    const repository = fresh();
    const { text } = await pushImage(repository, null);
    const response = await expectStatus(await putManifest(repository, sha512(text), text), 201);
    expect(response.headers.get('docker-content-digest')).toBe(sha512(text));
    await expectKept(repository, sha512(text), text, TYPES.image);
  });
});

describe('bytes that are sent as they were pushed', () => {
  const config = describeBytes('{}', CONFIG_TYPE);
  const plain = { schemaVersion: 2, mediaType: TYPES.image, config, layers: [] };
  test.each([
    ['white space', `\n\t ${JSON.stringify(plain, null, 3)} \r\n\n`],
    ['another order of keys', JSON.stringify(Object.fromEntries(Object.entries(plain).reverse()))],
    ['unknown fields', JSON.stringify({ ...plain, 'x-a': { b: [null, 1.0, { c: true }] } })],
    ['unknown fields in a descriptor', imageText({ ...config, data: 'e30=', x: [1] }, [])],
    ['unicode, raw', JSON.stringify({ ...plain, annotations: { k: '漢字 😀 é e\u0301 \u2028' } })],
    [
      'unicode, escaped',
      JSON.stringify(plain).replace('{', '{"x":"\\u6f22\\ud83d\\ude00\\u0000",'),
    ],
    [
      'numbers as written',
      JSON.stringify(plain).replace('{', '{"n":[1.0,1e3,-0,12345678901234567890],'),
    ],
    ['a key twice', JSON.stringify(plain).replace('{', '{"x":1,"x":2,')],
    ['no mediaType', JSON.stringify({ ...plain, mediaType: undefined })],
  ])('%s', async (_, text) => {
    const repository = fresh();
    await pushBlob(repository, new TextEncoder().encode('{}'));
    const response = await expectStatus(await putManifest(repository, 'v1', text), 201);
    expect(response.headers.get('docker-content-digest')).toBe(sha256(text));
    await expectKept(repository, 'v1', text, TYPES.image);
    await expectKept(repository, sha256(text), text, TYPES.image);
  });
});

describe('what is refused, and changes no tag', () => {
  test('unknown blobs: every one is named', async () => {
    const repository = fresh();
    const missing = [freshBytes(), freshBytes(), freshBytes()].map((bytes) => describeBytes(bytes));
    const [config, ...layers] = missing;
    const text = imageText(config as (typeof missing)[0], layers);
    const response = await putManifest(repository, 'v1', text);
    const faults = await expectFault(response, 404, 'MANIFEST_BLOB_UNKNOWN');
    const named = faults.map((fault) => (fault.detail as { digest: string }).digest);
    expect(named.sort()).toEqual(missing.map((entry) => entry.digest).sort());
    for (const fault of faults) expect(fault.code).toBe('MANIFEST_BLOB_UNKNOWN');
    expect(await tagDigest(repository, 'v1')).toBeNull();
  });

  test('only the unknown ones are named', async () => {
    const repository = fresh();
    const image = await pushImage(repository, 'v1');
    const absent = describeBytes(freshBytes());
    const response = await putManifest(repository, 'v1', imageText(image.config, [absent]));
    const faults = await expectFault(response, 404, 'MANIFEST_BLOB_UNKNOWN');
    expect(faults.map((fault) => fault.detail)).toEqual([{ digest: absent.digest }]);
    expect(faults[0]?.message).toContain(absent.digest);
    expect(await tagDigest(repository, 'v1')).toBe(image.digest);
  });

  test('an index of unknown manifests: every one is named', async () => {
    const repository = fresh();
    const image = await pushImage(repository, null);
    const children = ['{"a":1}', '{"b":2}'].map((text) => describeBytes(text, TYPES.image));
    const text = indexText([...children, image.descriptor]);
    const response = await putManifest(repository, 'all', text, { 'content-type': TYPES.index });
    const faults = await expectFault(response, 404, 'MANIFEST_BLOB_UNKNOWN');
    const named = faults.map((fault) => (fault.detail as { digest: string }).digest);
    expect(named.sort()).toEqual(children.map((child) => child.digest).sort());
  });

  test('of an index without its images the platforms are named', async () => {
    const child = (text: string, platform?: Record<string, string>) => ({
      ...describeBytes(text, TYPES.image),
      ...(platform ? { platform } : {}),
    });
    const arm = child('{"a":1}', { os: 'linux', architecture: 'arm64', variant: 'v8' });
    const other = child('{"b":2}');
    const text = indexText([arm, other]);
    const headers = { 'content-type': TYPES.index };
    const response = await putManifest(fresh(), 'all', text, headers);
    const faults = await expectFault(response, 404, 'MANIFEST_BLOB_UNKNOWN');
    expect(faults.map(({ message, detail }) => ({ message, detail }))).toEqual([
      {
        message: `manifest ${arm.digest} (linux/arm64) is unknown: push it before the index`,
        detail: { digest: arm.digest, platform: 'linux/arm64' },
      },
      {
        message: `manifest ${other.digest} is unknown: push it before the index`,
        detail: { digest: other.digest },
      },
    ]);
  });

  test.each([
    [100, 100, 'is unknown'],
    [101, 100, 'and 2 more are unknown'],
    [5000, 100, 'and 4901 more are unknown'],
  ])('%i unknown blobs are an error of %i entries', async (count, entries, last) => {
    const repository = fresh();
    await pushImage(repository, 'v1');
    const layers = Array.from({ length: count - 1 }, (_, n) => describeBytes(`layer ${n}`));
    const text = imageText(describeBytes(freshBytes()), layers);
    const response = await putManifest(repository, 'v2', text);
    const faults = await expectFault(response, 404, 'MANIFEST_BLOB_UNKNOWN');
    expect(faults).toHaveLength(entries);
    expect(faults.at(-1)?.message).toContain(last);
  });

  test('a blob that only another repository has', async () => {
    const elsewhere = await pushImage(fresh(), 'v1');
    const response = await putManifest(fresh(), 'v1', elsewhere.text);
    expect(await expectFault(response, 404, 'MANIFEST_BLOB_UNKNOWN')).toHaveLength(2);
  });

  test('a digest that is not that of the bytes', async () => {
    const repository = fresh();
    const { text } = await pushImage(repository, null);
    const response = await putManifest(repository, UNKNOWN_DIGEST, text);
    await expectFault(response, 400, 'DIGEST_INVALID');
  });
});

test('foreign layers need not be pushed, and may be', async () => {
  const repository = fresh();
  const [configBytes, pushed] = [freshBytes(), freshBytes()];
  await pushBlob(repository, configBytes);
  await pushBlob(repository, pushed);
  const types = [
    'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip',
    'application/vnd.oci.image.layer.nondistributable.v1.tar+gzip',
    'application/vnd.oci.image.layer.nondistributable.v1.tar',
  ];
  const layers = types.map((type) => ({
    ...describeBytes(freshBytes(), type),
    urls: ['https://example.com/layer'],
  }));
  const there = describeBytes(pushed, types[0]);
  const text = imageText(describeBytes(configBytes, CONFIG_TYPE), [...layers, there]);
  await expectStatus(await putManifest(repository, 'v1', text), 201);
  await expectKept(repository, 'v1', text, TYPES.image);
});
