import { expect, test } from 'vitest';
import { MAX_REFERRER_ANNOTATION_BYTES, parseManifest } from '../../src/domain/manifests.ts';
import {
  DOCKER_IMAGE,
  DOCKER_LIST,
  descriptor,
  OCI_IMAGE,
  OCI_INDEX,
  OCI_LAYER,
  ociImage,
  ociIndex,
  sha256,
  sha512,
} from './support/manifest-samples.ts';

const parse = (contentType: string | null, json: unknown) =>
  parseManifest(contentType, JSON.stringify(json));

test('an OCI image needs its config and its layers', () => {
  expect(parse(OCI_IMAGE, ociImage())).toEqual({
    mediaType: OCI_IMAGE,
    artifactType: 'application/vnd.oci.image.config.v1+json',
    subject: null,
    blobs: [sha256('c'), sha256('1'), sha256('2')],
    optionalBlobs: [],
    urlsField: null,
    children: [],
    annotations: {},
    contentSize: 303,
    platforms: null,
    config: expect.objectContaining({ digest: sha256('c') }),
  });
});

test('an OCI index needs its children', () => {
  expect(parse(OCI_INDEX, ociIndex())).toEqual({
    mediaType: OCI_INDEX,
    artifactType: null,
    subject: null,
    blobs: [],
    optionalBlobs: [],
    urlsField: null,
    children: [sha256('a'), sha256('b')],
    annotations: {},
    contentSize: 0,
    platforms: ['linux/amd64', 'linux/arm64'],
    config: null,
  });
});

test('a Docker image is read like an OCI image', () => {
  const config = descriptor('application/vnd.docker.container.image.v1+json', sha256('c'));
  const image = ociImage({ mediaType: DOCKER_IMAGE, config });
  expect(parse(DOCKER_IMAGE, image)).toMatchObject({
    mediaType: DOCKER_IMAGE,
    artifactType: 'application/vnd.docker.container.image.v1+json',
    blobs: [sha256('c'), sha256('1'), sha256('2')],
  });
});

test('a Docker manifest list may mix the types of its children', () => {
  const types = [DOCKER_IMAGE, OCI_IMAGE, DOCKER_LIST, OCI_INDEX];
  const list = ociIndex({
    mediaType: DOCKER_LIST,
    manifests: types.map((type, n) => descriptor(type, sha256(String(n)))),
  });
  expect(parse(DOCKER_LIST, list)).toMatchObject({
    mediaType: DOCKER_LIST,
    blobs: [],
    children: ['0', '1', '2', '3'].map(sha256),
  });
});

test.each([
  [OCI_IMAGE, ociImage({ mediaType: undefined })],
  [`${OCI_IMAGE}; charset=utf-8`, ociImage()],
  [OCI_IMAGE.toUpperCase(), ociImage()],
  ['application/json', ociImage()],
  ['', ociImage()],
  [null, ociImage()],
])('Content-Type %s and the field mediaType together decide the type', (contentType, json) => {
  expect(parse(contentType, json).mediaType).toBe(OCI_IMAGE);
});

test('a blob that is named twice is listed once', () => {
  const layer = descriptor(OCI_LAYER, sha256('1'), 5);
  expect(parse(OCI_IMAGE, ociImage({ config: layer, layers: [layer, layer] })).blobs).toEqual([
    sha256('1'),
  ]);
  const child = descriptor(OCI_IMAGE, sha256('a'));
  expect(parse(OCI_INDEX, ociIndex({ manifests: [child, child] })).children).toEqual([sha256('a')]);
});

test.each([
  'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip',
  'application/vnd.oci.image.layer.nondistributable.v1.tar+gzip',
])('a foreign layer (%s) may be missing', (type) => {
  const foreign = descriptor(type, sha256('f'), 5000, {
    urls: ['https://elsewhere.example/layer'],
  });
  const layers = [foreign, descriptor(OCI_LAYER, sha256('1'), 100)];
  expect(parse(OCI_IMAGE, ociImage({ layers }))).toMatchObject({
    blobs: [sha256('c'), sha256('1')],
    optionalBlobs: [sha256('f')],
    contentSize: 103,
  });
});

test.each([undefined, null, [], 'text', [''], ['javascript:alert(1)']])(
  'a foreign layer with the addresses %j has to be in the registry',
  (urls) => {
    const type = 'application/vnd.oci.image.layer.nondistributable.v1.tar+gzip';
    const layers = [descriptor(type, sha256('f'), 5000, { urls })];
    expect(parse(OCI_IMAGE, ociImage({ layers }))).toMatchObject({
      blobs: [sha256('c'), sha256('f')],
      optionalBlobs: [],
    });
  },
);

test('an index of a build cache is known by its config', () => {
  const type = 'application/vnd.buildkit.cacheconfig.v0';
  const manifests = [descriptor(OCI_LAYER, sha256('1'), 5), descriptor(type, sha256('2'), 5)];
  expect(parse(OCI_INDEX, ociIndex({ manifests })).artifactType).toBe(type);
});

test('an artifact with a subject is its referrer, with its type and annotations', () => {
  const artifact = ociImage({
    artifactType: 'application/vnd.example.sbom',
    config: descriptor('application/vnd.oci.empty.v1+json', sha256('e'), 2, { data: 'e30=' }),
    subject: descriptor(OCI_IMAGE, sha256('a'), 1234),
    annotations: { 'org.example.key': 'value' },
  });
  expect(parse(OCI_IMAGE, artifact)).toMatchObject({
    artifactType: 'application/vnd.example.sbom',
    subject: sha256('a'),
    blobs: [sha256('e'), sha256('1'), sha256('2')],
    children: [],
    annotations: { 'org.example.key': 'value' },
  });
});

test('a subject is not a child: it may be pushed later', () => {
  const subject = descriptor(OCI_IMAGE, sha256('d'));
  expect(parse(OCI_INDEX, ociIndex({ subject, artifactType: 'a/b' }))).toMatchObject({
    artifactType: 'a/b',
    subject: sha256('d'),
    children: [sha256('a'), sha256('b')],
  });
});

test.each([undefined, ''])(
  'without an artifactType (%j) the type of the config is used',
  (type) => {
    const artifact = ociImage({
      artifactType: type,
      config: descriptor('application/vnd.example.config', sha256('c')),
    });
    expect(parse(OCI_IMAGE, artifact).artifactType).toBe('application/vnd.example.config');
  },
);

test('the layers in the index of a build cache are blobs', () => {
  const cache = ociIndex({
    manifests: [
      descriptor(OCI_LAYER, sha256('1'), 100),
      descriptor(OCI_LAYER, sha256('2'), 200),
      descriptor('application/vnd.buildkit.cacheconfig.v0', sha256('3'), 30),
    ],
  });
  expect(parse(OCI_INDEX, cache)).toMatchObject({
    blobs: [sha256('1'), sha256('2'), sha256('3')],
    children: [],
    contentSize: 330,
  });
});

test('sha512 digests are accepted everywhere', () => {
  const image = ociImage({
    config: descriptor('a/b', sha512('c')),
    layers: [descriptor(OCI_LAYER, sha512('1'))],
    subject: descriptor(OCI_IMAGE, sha512('d')),
  });
  expect(parse(OCI_IMAGE, image)).toMatchObject({
    blobs: [sha512('c'), sha512('1')],
    subject: sha512('d'),
  });
  const index = ociIndex({ manifests: [descriptor(OCI_IMAGE, sha512('a'))] });
  expect(parse(OCI_INDEX, index).children).toEqual([sha512('a')]);
});

test('unknown fields are allowed everywhere', () => {
  const more = { 'x-new': [1, { deep: null }], urls: null, data: '', size2: -1 };
  const image = ociImage({
    ...more,
    config: descriptor('a/b', sha256('c'), 0, more),
    layers: [descriptor(OCI_LAYER, sha256('1'), 0, more)],
    annotations: null,
    subject: null,
  });
  expect(parse(OCI_IMAGE, image)).toMatchObject({
    blobs: [sha256('c'), sha256('1')],
    annotations: {},
    subject: null,
  });
});

test('an image without layers and an index without manifests are accepted', () => {
  expect(parse(OCI_IMAGE, ociImage({ layers: [] })).blobs).toEqual([sha256('c')]);
  expect(parse(OCI_INDEX, ociIndex({ manifests: [] })).children).toEqual([]);
});

test('annotations of a manifest without a subject may be long', () => {
  const annotations = { long: 'x'.repeat(MAX_REFERRER_ANNOTATION_BYTES) };
  expect(parse(OCI_IMAGE, ociImage({ annotations })).annotations).toEqual(annotations);
});
