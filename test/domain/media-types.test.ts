import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  acceptsMediaType,
  bareMediaType,
  isForeignLayer,
  isManifestMediaType,
  MANIFEST_TYPES,
  OCI_IMAGE,
  OCI_INDEX,
} from '../../src/domain/media-types.ts';
import { garbage } from './support/arbitraries.ts';

describe('Accept', () => {
  test.each([
    null,
    '',
    ' ',
    OCI_IMAGE,
    OCI_IMAGE.toUpperCase(),
    '*/*',
    'application/*',
    `text/html, ${OCI_IMAGE}`,
    `${OCI_INDEX},${OCI_IMAGE}`,
    `${OCI_INDEX} , ${OCI_IMAGE} ; q=0.5`,
    `${OCI_IMAGE};q=0.001`,
    `${OCI_IMAGE};q=1.000`,
    `${OCI_IMAGE};charset=utf-8`,
    `${OCI_INDEX};q=0, ${OCI_IMAGE}`,
    `*/*;q=0, ${OCI_IMAGE}`,
    `,,${OCI_IMAGE},`,
  ])('%j accepts an OCI image', (accept) => {
    expect(acceptsMediaType(accept, OCI_IMAGE)).toBe(true);
  });

  test.each([
    OCI_INDEX,
    'text/*',
    'application/json',
    `${OCI_IMAGE}+x`,
    `${OCI_IMAGE};q=0`,
    `${OCI_IMAGE}; q=0.0`,
    `${OCI_IMAGE};Q=0.000`,
    '*/*;q=0',
    `text/html, ${OCI_INDEX};q=1`,
  ])('%j does not take an OCI image', (accept) => {
    expect(acceptsMediaType(accept, OCI_IMAGE)).toBe(false);
  });

  test.each([`${OCI_IMAGE};q=0, */*`, `*/*, ${OCI_IMAGE};q=0`, 'application/*;q=0, */*'])(
    '%j refuses an OCI image: the most specific range decides',
    (accept) => {
      expect(acceptsMediaType(accept, OCI_IMAGE)).toBe(false);
      expect(acceptsMediaType(accept, 'text/plain')).toBe(true);
    },
  );

  test('a list accepts every type that it names, in any order and with any weight above 0', () => {
    const types = fc.shuffledSubarray(Object.keys(MANIFEST_TYPES), { minLength: 1 });
    const weight = fc.constantFrom('', ';q=1', '; q=0.1', ';q=0.001');
    fc.assert(
      fc.property(types, weight, (named, q) => {
        const accept = named.map((type) => type + q).join(', ');
        for (const type of Object.keys(MANIFEST_TYPES)) {
          expect(acceptsMediaType(accept, type)).toBe(named.includes(type));
        }
      }),
    );
  });

  test('garbage never throws', () => {
    fc.assert(
      fc.property(garbage, (accept) => {
        expect(acceptsMediaType(accept, OCI_IMAGE)).toBe(accept.trim() === '');
      }),
    );
  });
});

test.each([
  ['application/json', 'application/json'],
  ['Application/JSON; charset=utf-8', 'application/json'],
  [' text/plain ;', 'text/plain'],
  ['', ''],
  [';', ''],
])('the bare type of %j is %j', (contentType, bare) => {
  expect(bareMediaType(contentType)).toBe(bare);
});

test.each([
  'application/vnd.docker.image.rootfs.foreign.diff.tar',
  'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip',
  'application/vnd.oci.image.layer.nondistributable.v1.tar',
  'application/vnd.oci.image.layer.nondistributable.v1.tar+gzip',
  'application/vnd.oci.image.layer.nondistributable.v1.tar+zstd',
])('a layer of type %s need not be pushed', (type) => {
  expect(isForeignLayer(type)).toBe(true);
});

test.each([
  'application/vnd.oci.image.layer.v1.tar+gzip',
  'application/vnd.docker.image.rootfs.diff.tar.gzip',
  'x-application/vnd.docker.image.rootfs.foreign.diff.tar',
  'application/vndxdocker.image.rootfs.foreign.diff.tar',
  '',
])('a layer of type %j must be pushed', (type) => {
  expect(isForeignLayer(type)).toBe(false);
});

test('manifests are of four types', () => {
  expect(Object.keys(MANIFEST_TYPES).filter(isManifestMediaType)).toHaveLength(4);
  for (const type of ['', 'toString', '__proto__', 'application/json', `${OCI_IMAGE} `]) {
    expect(isManifestMediaType(type)).toBe(false);
  }
});
