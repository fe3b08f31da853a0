import { expect, test } from 'vitest';
import { suggestName } from '../../web/upload/suggest-name.ts';

test.each([
  [[], 'large.tar', 'large', 'latest'],
  [[], 'My App.tar.gz', 'my-app', 'latest'],
  [[], '镜像.tar', 'image', 'latest'],
  [['docker.io/library/alpine:3.20'], 'a.tar', 'alpine', '3.20'],
  [['localhost:5000/team/app'], 'a.tar', 'team/app', 'latest'],
] as const)('an image saved as %j in %s is suggested as %s:%s', (names, file, image, tag) => {
  expect(suggestName(names, file)).toEqual({ image, tag });
});
