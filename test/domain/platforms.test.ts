import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  formatPlatform,
  namePlatforms,
  parsePlatform,
  platformField,
} from '../../src/domain/platforms.ts';

test.each([
  [{ os: 'linux', architecture: 'amd64' }, 'linux/amd64'],
  [{ os: 'linux', architecture: 'arm', variant: 'v7' }, 'linux/arm/v7'],
  [
    { os: 'windows', architecture: 'amd64', 'os.version': '10.0.20348.2700' },
    'windows(10.0.20348.2700)/amd64',
  ],
  [
    {
      os: 'windows',
      architecture: 'amd64',
      'os.version': '10.0.1',
      'os.features': ['win32k', 'a', 'a'],
    },
    'windows(10.0.1+a+win32k)/amd64',
  ],
  [{ os: 'linux', architecture: 'amd64', 'os.features': ['gpu'] }, 'linux(+gpu)/amd64'],
  [{ os: 'linux', architecture: 'amd64', 'os.version': 5, 'os.features': 'x' }, 'linux/amd64'],
  [{ os: 'linux', architecture: 'amd64', 'os.version': '1)/evil' }, 'linux/amd64'],
  [{ os: 'Linux', architecture: 'x86_64' }, 'linux/amd64'],
  [{ os: 'linux', architecture: 'x86-64', variant: 'v1' }, 'linux/amd64'],
  [{ os: 'linux', architecture: 'AMD64', variant: 'V3' }, 'linux/amd64/v3'],
  [{ os: 'linux', architecture: 'i386', variant: 'x' }, 'linux/386'],
  [{ os: 'linux', architecture: 'aarch64', variant: 'v8' }, 'linux/arm64'],
  [{ os: 'linux', architecture: 'arm64', variant: '8' }, 'linux/arm64'],
  [{ os: 'linux', architecture: 'arm64', variant: 'v9' }, 'linux/arm64/v9'],
  [{ os: 'linux', architecture: 'arm' }, 'linux/arm/v7'],
  [{ os: 'linux', architecture: 'arm', variant: 'V7' }, 'linux/arm/v7'],
  [{ os: 'linux', architecture: 'arm', variant: '8' }, 'linux/arm/v8'],
  [{ os: 'linux', architecture: 'armhf' }, 'linux/arm/v7'],
  [{ os: 'linux', architecture: 'armel', variant: 'v7' }, 'linux/arm/v6'],
  [{ os: 'macOS', architecture: 'arm64' }, 'darwin/arm64'],
  [{ os: 'wasip1', architecture: 'wasm' }, 'wasip1/wasm'],
  [{ os: 'linux', architecture: 'riscv64', variant: 'rva20u64' }, 'linux/riscv64/rva20u64'],
  [{ os: 'linux', architecture: 'amd64', variant: 'a b' }, 'linux/amd64'],
])('the platform %j is %s, in both directions', (field, text) => {
  const platform = platformField.parse(field);
  expect(platform && formatPlatform(platform)).toBe(text);
  expect(parsePlatform(text)).toEqual(platform);
});

// What is offered is what can be chosen, whatever a client wrote.
const words = [fc.string({ maxLength: 4 }), fc.constantFrom('Linux', 'arm', 'x86_64', 'v7', '8')];
const word = fc.option(fc.oneof(...words), { nil: undefined });
const fields = fc.record({
  os: word,
  architecture: word,
  variant: word,
  'os.version': word,
  'os.features': fc.option(fc.array(word), { nil: undefined }),
});

test('every platform that is shown is taken as it is shown', () => {
  fc.assert(
    fc.property(fields, (field) => {
      const platform = platformField.parse(field);
      if (platform) expect(parsePlatform(formatPlatform(platform))).toEqual(platform);
    }),
  );
});

test.each([
  ['Linux/x86_64', 'linux/amd64'],
  ['linux/arm/7', 'linux/arm/v7'],
  ['linux/arm64/v8', 'linux/arm64'],
  ['Windows(10.0.1)/AMD64', 'windows(10.0.1)/amd64'],
  ['linux(+b+a+b)/amd64', 'linux(+a+b)/amd64'],
  // Of any variant.
  ['linux/arm', 'linux/arm'],
  ['linux/armhf', 'linux/arm'],
  ['linux/armel', 'linux/arm/v6'],
])('asked for %s is %s', (text, normal) => {
  const platform = parsePlatform(text);
  expect(platform && formatPlatform(platform)).toBe(normal);
});

test.each([
  { os: 'a b', architecture: 'amd64' },
  { os: 'linux', architecture: 'a/b' },
  { os: '', architecture: 'amd64' },
  { os: 'linux' },
  'linux/amd64',
])('%j is no platform', (field) => {
  expect(platformField.parse(field)).toBeNull();
});

test('two builds of Windows are two platforms', () => {
  const builds = ['10.0.17763.1', '10.0.20348.1'].map((version) =>
    platformField.parse({ os: 'windows', architecture: 'amd64', 'os.version': version }),
  );
  expect(namePlatforms([...builds, ...builds])).toEqual([
    'windows(10.0.17763.1)/amd64',
    'windows(10.0.20348.1)/amd64',
  ]);
});

test.each(['linux', 'linux/', 'windows()x/amd64', 'windows(a b)/amd64', 'linux/amd64/v1/x'])(
  '%s is no platform',
  (text) => {
    expect(parsePlatform(text)).toBeNull();
  },
);
