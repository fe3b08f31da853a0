import { expect, test } from 'vitest';
import { choosePlatform } from '../../src/archive/write/choose-platform.ts';
import { type Platform, parsePlatform } from '../../src/domain/platforms.ts';

const WINDOWS = ['10.0.17763.1', '10.0.20348.1'];

/** An index of images for platforms; the digest of the nth is made of n. */
function indexOf(platforms: readonly object[]): string {
  const manifests = platforms.map((platform, n) => ({
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    digest: `sha256:${String(n).padStart(64, '0')}`,
    size: 1,
    platform: { architecture: 'amd64', ...platform },
  }));
  return JSON.stringify({ schemaVersion: 2, manifests });
}

const index = indexOf([
  ...WINDOWS.map((version) => ({ os: 'windows', 'os.version': version })),
  { os: 'linux' },
]);
const place = (text: string, wanted: Platform | null) =>
  Number(choosePlatform(text, wanted).digest.slice(-2));

test('between two builds of Windows the caller chooses, and is told of both', () => {
  expect(() => choosePlatform(index, parsePlatform('windows/amd64'))).toThrow(
    'platform: the index has images for windows(10.0.17763.1)/amd64, windows(10.0.20348.1)/amd64: choose one',
  );
  expect(place(index, parsePlatform('windows(10.0.20348.1)/amd64'))).toBe(1);
  expect(place(index, null)).toBe(2);
});

test('one build needs no choice, and another than there is does not exist', () => {
  const one = indexOf([{ os: 'windows', 'os.version': WINDOWS[0] }]);
  expect(place(one, parsePlatform('windows/amd64'))).toBe(0);
  expect(place(one, null)).toBe(0);
  expect(() => choosePlatform(one, parsePlatform('windows(10.0.1)/amd64'))).toThrow('none is for');
});

test('features of the system are chosen between as well', () => {
  const features = indexOf([{ os: 'linux' }, { os: 'linux', 'os.features': ['gpu'] }]);
  expect(() => choosePlatform(features, null)).toThrow('choose one');
  expect(place(features, parsePlatform('linux(+gpu)/amd64'))).toBe(1);
});

test.each([
  [{ os: 'Linux', architecture: 'x86_64' }, 'linux/amd64'],
  [{ os: 'linux', architecture: 'arm', variant: 'V7' }, 'linux/arm/v7'],
  [{ os: 'linux', architecture: 'arm', variant: '8' }, 'linux/arm/v8'],
  [{ os: 'linux', architecture: 'aarch64', variant: '8' }, 'linux/arm64/v8'],
  [{ os: 'linux', architecture: 'arm', variant: 'v6' }, 'linux/arm'],
])('an image for %j is found by %s', (platform, text) => {
  const others = [{ os: 'windows' }, { os: 'linux', architecture: 's390x' }];
  expect(place(indexOf([...others, platform]), parsePlatform(text))).toBe(2);
});

test('linux/arm is v7 where there are several', () => {
  const variants = ['v5', 'v6', 'v7', 'v8'].map((variant) => ({
    os: 'linux',
    architecture: 'arm',
    variant,
  }));
  expect(place(indexOf(variants), parsePlatform('linux/arm'))).toBe(2);
});

// As `podman manifest push --add-compression zstd` makes them.
test('of two images for one platform the first is taken', () => {
  const twice = indexOf([{ os: 'linux' }, { os: 'linux' }]);
  expect(place(twice, null)).toBe(0);
  expect(place(twice, parsePlatform('Linux/x86_64'))).toBe(0);
});

test('where a platform does not tell images apart, the error names their digests', () => {
  const twice = indexOf([{ os: 'windows' }, { os: 'windows' }, { os: 'a/b' }, { os: 'aix' }]);
  const [first, second, third] = [0, 1, 2].map((n) => `sha256:${String(n).padStart(64, '0')}`);
  const listed = `windows/amd64 (${first}, ${second}), no platform (${third}), aix/amd64`;
  expect(() => choosePlatform(twice, null)).toThrow(
    `platform: the index has images for ${listed}: choose one, by platform or digest`,
  );
  expect(() => choosePlatform(twice, parsePlatform('linux/arm'))).toThrow(
    `${listed}: none is for linux/arm`,
  );
});
