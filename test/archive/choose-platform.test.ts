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
