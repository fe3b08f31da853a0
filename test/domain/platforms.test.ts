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
])('the platform %j is %s, in both directions', (field, text) => {
  const platform = platformField.parse(field);
  expect(platform && formatPlatform(platform)).toBe(text);
  expect(parsePlatform(text)).toEqual(platform);
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
