import { expect, test } from 'vitest';
import { isDestination, splitTags, suggestNames } from '../../web/upload/suggest-name.ts';

test.each([
  [[], 'large.tar', 'large', 'latest'],
  [[], 'My App.tar.gz', 'my-app', 'latest'],
  [[], '镜像.tar', 'image', 'latest'],
  [['docker.io/library/alpine:3.20'], 'a.tar', 'alpine', '3.20'],
  [['localhost:5000/team/app'], 'a.tar', 'team/app', 'latest'],
  [['app:1', 'app:latest', 'registry.example/app:1'], 'a.tar', 'app', '1, latest'],
  [['v1'], 'layout.tar', 'layout', 'v1'],
] as const)('an image saved as %j in %s is suggested as %s:%s', (names, file, image, tags) => {
  expect(suggestNames(names, file)).toEqual([{ image, tags, names, unusable: [] }]);
});

test('an image saved under two names is suggested under both, each with its tags', () => {
  const names = ['team/app:1', 'mirror:a', 'team/app:2'];
  expect(suggestNames(names, 'a.tar')).toEqual([
    { image: 'team/app', tags: '1, 2', names: ['team/app:1', 'team/app:2'], unusable: [] },
    { image: 'mirror', tags: 'a', names: ['mirror:a'], unusable: [] },
  ]);
});

test.each([
  [['app:1', 'app:-bad'], '1', ['app:-bad']],
  [['app:1.0+build'], 'latest', ['app:1.0+build']],
  [['host.example/app:1', 'host.example/app'], '1', ['host.example/app']],
] as const)(
  'of the names %j the version is %s, and %j are said not to be used',
  (names, tags, unusable) => {
    expect(suggestNames(names, 'a.tar')).toEqual([{ image: 'app', tags, names, unusable }]);
  },
);

test.each([
  ['v1', ['v1'], true],
  [' v1, latest,v1 ', ['v1', 'latest'], true],
  ['v1，v2', ['v1', 'v2'], true],
  ['v1, -bad', ['v1', '-bad'], false],
  [' , ', [], false],
])('the versions in "%s"', (text, tags, isValid) => {
  expect(splitTags(text)).toEqual(tags);
  expect(isDestination({ workspace: 'library', image: 'app', tags })).toBe(isValid);
});
