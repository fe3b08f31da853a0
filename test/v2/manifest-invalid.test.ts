import { beforeAll, describe, expect, test } from 'vitest';
import { type Descriptor, imageText, indexText, TYPES, unique } from '../support/worker/content.ts';
import { type PushedImage, pushImage, putManifest, tagDigest } from '../support/worker/push.ts';
import { expectFault, expectStatus } from '../support/worker/registry-client.ts';

const REPOSITORY = 'library/invalid';
let image: PushedImage;

beforeAll(async () => {
  image = await pushImage(REPOSITORY, 'good');
});

async function expectRefused(text: string | Uint8Array, type: string = TYPES.image) {
  const tag = unique('bad');
  const response = await putManifest(REPOSITORY, tag, text, { 'content-type': type });
  const [fault] = await expectFault(response, 400, 'MANIFEST_INVALID');
  expect(await tagDigest(REPOSITORY, tag)).toBeNull();
  return fault?.message ?? '';
}

describe('schema 1 is refused with advice', () => {
  const v1 = JSON.stringify({ schemaVersion: 1, name: 'x', tag: 'y', fsLayers: [], history: [] });
  test.each([
    'application/vnd.docker.distribution.manifest.v1+json',
    'application/vnd.docker.distribution.manifest.v1+prettyjws',
    'application/json',
    '',
  ])('%s', async (type) => {
    expect(await expectRefused(v1, type)).toMatch(/schema 1/i);
  });
});

describe('an invalid manifest', () => {
  const text = (change: Record<string, unknown>) =>
    JSON.stringify({ ...(JSON.parse(image.text) as object), ...change });
  const broken = (change: Record<string, unknown>) =>
    imageText({ ...image.config, ...change } as Descriptor, []);
  test.each<[string, () => string | Uint8Array]>([
    ['nothing', () => ''],
    ['no JSON', () => '{"schemaVersion":2,'],
    ['an array', () => '[]'],
    ['null', () => 'null'],
    ['a number', () => '2'],
    ['no UTF-8', () => new Uint8Array([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d])],
    ['a byte order mark', () => `\ufeff${image.text}`],
    ['no schemaVersion', () => text({ schemaVersion: undefined })],
    ['schemaVersion 3', () => text({ schemaVersion: 3 })],
    ['schemaVersion as text', () => text({ schemaVersion: '2' })],
    ['no config', () => text({ config: undefined })],
    ['no layers', () => text({ layers: undefined })],
    ['layers that are no list', () => text({ layers: {} })],
    ['an image that is an index too', () => text({ manifests: [] })],
    ['annotations that are no map of texts', () => text({ annotations: { a: 1 } })],
    ['a subject that is no descriptor', () => text({ subject: 'x' })],
    ['a mediaType of another kind', () => text({ mediaType: TYPES.index })],
    ['a digest of MD5', () => broken({ digest: `md5:${'0'.repeat(32)}` })],
    ['a digest too short', () => broken({ digest: 'sha256:abc' })],
    ['a digest in capitals', () => broken({ digest: image.config.digest.toUpperCase() })],
    ['a negative size', () => broken({ size: -1 })],
    ['half a byte', () => broken({ size: 0.5 })],
    ['a size beyond every number', () => broken({ size: 1 }).replace('"size":1', '"size":1e999')],
    ['a size as text', () => broken({ size: '1' })],
    ['a descriptor without a type', () => broken({ mediaType: undefined })],
  ])('%s', async (_, make) => {
    await expectRefused(make());
  });

  test('an index with layers', async () => {
    const both = JSON.stringify({ ...(JSON.parse(indexText([])) as object), layers: [] });
    await expectRefused(both, TYPES.index);
  });

  test.each(['text/plain', 'application/vnd.example+json', 'application/octet-stream', 'nonsense'])(
    'Content-Type %s',
    async (type) => {
      await expectRefused(image.text, type);
    },
  );

  test('an image sent as an index', async () => {
    await expectRefused(image.text, TYPES.index);
  });
});

describe('JSON bombs', () => {
  const around = (json: string) => image.text.replace('{', `{"x":${json},`);
  const MANY = 1_000_000;

  test('a field nested a million deep is accepted or refused, never a server error', async () => {
    const deep = '['.repeat(MANY) + ']'.repeat(MANY);
    const response = await putManifest(REPOSITORY, unique('deep'), around(deep));
    expect([201, 400]).toContain(response.status);
  });

  test('nested where a descriptor belongs', async () => {
    const deep = `${'{"config":'.repeat(100_000)}1${'}'.repeat(100_000)}`;
    await expectRefused(image.text.replace('"layers":', `"layers":${deep},"x":`));
  });

  test('never closed', async () => {
    await expectRefused('['.repeat(4 * MANY));
  });

  test('a list of a million zeros where layers belong', async () => {
    const zeros = `[${'0,'.repeat(MANY)}0]`;
    await expectRefused(image.text.replace('"layers":', `"layers":${zeros},"x":`));
  });

  test('annotations that are all wrong', async () => {
    const wrong = Array.from({ length: 250_000 }, (_, i) => `"k${i}":0`).join(',');
    await expectRefused(image.text.replace('{', `{"annotations":{${wrong}},`));
  });

  test('three hundred thousand unknown keys', async () => {
    const keys = Array.from({ length: 300_000 }, (_, i) => `"k${i}":0`).join(',');
    const response = await putManifest(REPOSITORY, unique('wide'), around(`{${keys}}`));
    await expectStatus(response, 201);
  });

  test('the same layer twenty thousand times is one reference', async () => {
    const [layer] = image.layers as [Descriptor];
    const text = imageText(image.config, Array(20_000).fill(layer));
    await expectStatus(await putManifest(REPOSITORY, unique('same'), text), 201);
  });

  test('twenty thousand unknown layers are an error of a hundred entries', async () => {
    const hex = (i: number) => i.toString(16).padStart(64, '0');
    const layers = Array.from({ length: 20_000 }, (_, i) => ({
      mediaType: 'a/b',
      digest: `sha256:${hex(i)}`,
      size: 0,
    }));
    const response = await putManifest(REPOSITORY, unique('many'), imageText(image.config, layers));
    const faults = await expectFault(response, 404, 'MANIFEST_BLOB_UNKNOWN');
    expect(faults).toHaveLength(100);
  });

  test('keys that every object inherits', async () => {
    const odd = '{"__proto__":{"a":1},"constructor":{"b":2},"toString":3}';
    await expectStatus(await putManifest(REPOSITORY, unique('odd'), around(odd)), 201);
  });

  test('sizes that add up beyond every integer', async () => {
    const [layer] = image.layers as [Descriptor];
    const huge = { ...layer, size: Number.MAX_SAFE_INTEGER };
    const text = imageText(image.config, Array(3000).fill(huge));
    await expectStatus(await putManifest(REPOSITORY, unique('huge'), text), 201);
  });
});
