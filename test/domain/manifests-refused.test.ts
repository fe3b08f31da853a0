import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MAX_REFERRER_ANNOTATION_BYTES, parseManifest } from '../../src/domain/manifests.ts';
import { garbage } from './support/arbitraries.ts';
import { allowRefusal, catchError } from './support/catch-error.ts';
import { cpuTime } from './support/cpu-time.ts';
import {
  DOCKER_IMAGE,
  descriptor,
  OCI_IMAGE,
  OCI_INDEX,
  OCI_LAYER,
  ociImage,
  ociIndex,
  sha256,
} from './support/manifest-samples.ts';

/** The refusal of a manifest, which is MANIFEST_INVALID. */
function refusal(contentType: string | null, json: unknown) {
  const text = typeof json === 'string' ? json : JSON.stringify(json);
  const error = catchError(() => parseManifest(contentType, text));
  expect(error).toMatchObject({ code: 'MANIFEST_INVALID', status: 400 });
  return error;
}

test.each(['', ' ', '{', '[]', 'null', '1', '"text"', 'true', '{}{}', '\u{feff}{}', '{"a":1,}'])(
  'the text %j is not a JSON object',
  (text) => {
    expect(refusal(OCI_IMAGE, text).message).toMatch(/^the manifest is not (a )?JSON/);
  },
);

test.each([
  ['application/vnd.docker.distribution.manifest.v1+json', { schemaVersion: 1, fsLayers: [] }],
  ['application/vnd.docker.distribution.manifest.v1+prettyjws', { schemaVersion: 1 }],
  ['application/json', { schemaVersion: 1, name: 'a/b', fsLayers: [], history: [] }],
  [null, { schemaVersion: 1 }],
  [OCI_IMAGE, { schemaVersion: 1 }],
])('schema 1 as %s is refused, and the message says what to do', (contentType, json) => {
  expect(refusal(contentType, json).message).toMatch(/schema 1 .*Docker 1\.10/);
});

test.each([
  [null, ociImage({ mediaType: undefined }), /neither Content-Type nor mediaType/],
  ['application/json', {}, /neither Content-Type nor mediaType/],
  ['text/plain', ociImage(), /type text\/plain are not supported/],
  ['application/vnd.oci.artifact.manifest.v1+json', ociImage(), /are not supported/],
  [null, ociImage({ mediaType: 'a/b' }), /type a\/b are not supported/],
  [DOCKER_IMAGE, ociImage(), /Content-Type is .*docker.* mediaType in the manifest is .*oci/],
  [OCI_INDEX, ociImage(), /Content-Type is .*index.* mediaType in the manifest is .*manifest/],
])('Content-Type %s with %j is refused', (contentType, json, message) => {
  expect(refusal(contentType, json).message).toMatch(message);
});

const layer = descriptor(OCI_LAYER, sha256('1'));
const child = descriptor(OCI_IMAGE, sha256('a'));

test.each([
  ['manifests', OCI_IMAGE, ociImage({ manifests: [child] })],
  ['manifests', OCI_IMAGE, ociImage({ manifests: [] })],
  ['layers', OCI_INDEX, ociIndex({ layers: [layer] })],
  ['layers', OCI_INDEX, ociIndex({ layers: [] })],
])('%s in a manifest of the other kind is refused', (field, type, json) => {
  expect(refusal(type, json).extras.detail).toEqual({ field });
});

const withLayer = (change: Record<string, unknown>) =>
  ociImage({ layers: [layer, { ...layer, ...change }] });

test.each([
  ['schemaVersion', ociImage({ schemaVersion: undefined })],
  ['schemaVersion', ociImage({ schemaVersion: 3 })],
  ['schemaVersion', ociImage({ schemaVersion: '2' })],
  ['mediaType', ociImage({ mediaType: 5 })],
  ['config', ociImage({ config: undefined })],
  ['config', ociImage({ config: null })],
  ['config.digest', ociImage({ config: descriptor('a/b', 'sha256:00') })],
  ['layers', ociImage({ layers: undefined })],
  ['layers', ociImage({ layers: { 0: layer } })],
  ['layers.1', ociImage({ layers: [layer, 'x'] })],
  ['layers.1.digest', withLayer({ digest: undefined })],
  ['layers.1.digest', withLayer({ digest: 5 })],
  ['layers.1.digest', withLayer({ digest: '' })],
  ['layers.1.digest', withLayer({ digest: `sha256:${'A'.repeat(64)}` })],
  ['layers.1.digest', withLayer({ digest: `md5:${'a'.repeat(32)}` })],
  ['layers.1.size', withLayer({ size: undefined })],
  ['layers.1.size', withLayer({ size: -1 })],
  ['layers.1.size', withLayer({ size: 1.5 })],
  ['layers.1.size', withLayer({ size: '10' })],
  ['layers.1.size', withLayer({ size: 2 ** 53 })],
  ['layers.1.mediaType', withLayer({ mediaType: undefined })],
  ['layers.1.mediaType', withLayer({ mediaType: 'x'.repeat(256) })],
  ['subject.digest', ociImage({ subject: descriptor(OCI_IMAGE, 'latest') })],
  ['subject', ociImage({ subject: sha256('a') })],
  ['annotations.key', ociImage({ annotations: { key: 1 } })],
  ['annotations', ociImage({ annotations: 'text' })],
  ['artifactType', ociImage({ artifactType: 5 })],
  ['artifactType', ociImage({ artifactType: 'x'.repeat(256) })],
])('an invalid %s is named in the message', (field, json) => {
  const error = refusal(OCI_IMAGE, json);
  expect(error.extras.detail).toEqual({ field });
  expect(error.message).toMatch(new RegExp(`^${field}: .`));
});

test.each([
  ['manifests', ociIndex({ manifests: undefined })],
  ['manifests.0.digest', ociIndex({ manifests: [{ ...child, digest: 'sha256:' }] })],
  ['manifests.0.size', ociIndex({ manifests: [{ ...child, size: null }] })],
])('an invalid %s of an index is named in the message', (field, json) => {
  expect(refusal(OCI_INDEX, json).extras.detail).toEqual({ field });
});

test.each([
  ['x'.repeat(MAX_REFERRER_ANNOTATION_BYTES)],
  ['界'.repeat(MAX_REFERRER_ANNOTATION_BYTES / 3)],
])('a referrer has at most 64 KiB of annotations, in bytes', (long) => {
  const json = ociImage({ subject: child, annotations: { long } });
  expect(refusal(OCI_IMAGE, json).message).toContain('64 KiB');
});

test('garbage is refused with a 4xx for any Content-Type', () => {
  const types = fc.oneof(fc.constantFrom(null, OCI_IMAGE, OCI_INDEX, 'application/json'), garbage);
  const texts = fc.oneof(
    garbage,
    fc.json(),
    fc.json({ maxDepth: 5 }).map((json) => `{"a":${json}}`),
  );
  fc.assert(
    fc.property(types, texts, (type, text) => allowRefusal(() => parseManifest(type, text))),
    { numRuns: 500 },
  );
});

test('a manifest with any of its values replaced is accepted or refused with a 4xx', () => {
  const samples: [string, Record<string, unknown>][] = [
    [OCI_IMAGE, ociImage({ subject: child, annotations: { a: 'b' } })],
    [OCI_INDEX, ociIndex({ subject: child, artifactType: 'a/b' })],
  ];
  fc.assert(
    fc.property(fc.constantFrom(...samples), fc.nat(40), fc.json(), ([type, sample], at, json) => {
      let n = 0;
      const text = JSON.stringify(sample, (key, value) =>
        key !== '' && n++ === at ? JSON.parse(json) : value,
      );
      allowRefusal(() => parseManifest(type, text));
    }),
    { numRuns: 500 },
  );
});

test('a manifest cut off anywhere is refused', () => {
  const text = JSON.stringify(ociImage());
  for (let length = 0; length < text.length; length++) {
    refusal(OCI_IMAGE, text.slice(0, length));
  }
});

test('JSON a million levels deep is refused, not a crash', () => {
  const deep = '['.repeat(1e6) + ']'.repeat(1e6);
  refusal(OCI_IMAGE, '['.repeat(1e6));
  refusal(OCI_IMAGE, deep);
  refusal(OCI_IMAGE, `{"schemaVersion":2,"config":${deep},"layers":[]}`);
});

test('a list of invalid layers is refused at the first one, without a report of all', () => {
  const text = `{"schemaVersion":2,"config":{},"layers":[${'0,'.repeat(400_000)}0]}`;
  const time = cpuTime(() => refusal(OCI_IMAGE, text));
  expect(time).toBeLessThan(3 * cpuTime(() => JSON.parse(text)) + 100);
});

test('a refusal does not quote a long text of the manifest', () => {
  const long = 'x'.repeat(1e6);
  for (const [type, json] of [
    [null, ociImage({ mediaType: long })],
    [OCI_IMAGE, ociImage({ mediaType: long })],
    [OCI_IMAGE, ociImage({ config: descriptor('a/b', long) })],
    [OCI_IMAGE, ociImage({ annotations: { [long]: 1 } })],
  ] as const) {
    const { message, extras } = refusal(type, json);
    expect(message.length + JSON.stringify(extras).length).toBeLessThan(2000);
  }
});
