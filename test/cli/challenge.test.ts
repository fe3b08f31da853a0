import { expect, test } from 'vitest';
import { parseChallenge } from '../../src/cli/challenge.ts';

const realm = 'https://auth.example/token';

test.each([
  [
    `Bearer realm="${realm}",service="registry.example",scope="repository:a/b:pull,push"`,
    { scheme: 'bearer', realm, service: 'registry.example', scope: 'repository:a/b:pull,push' },
  ],
  [
    `bearer realm="${realm}" , service=plain`,
    { scheme: 'bearer', realm, service: 'plain', scope: null },
  ],
  ['Basic realm="a \\"b\\""', { scheme: 'basic', realm: 'a "b"', service: null, scope: null }],
  ['Basic', { scheme: 'basic', realm: '', service: null, scope: null }],
])('%s is parsed', (header, expected) => {
  expect(parseChallenge(header)).toEqual(expected);
});

test.each([null, '', 'Negotiate', 'Digest realm="x"', 'Bearertoken'])(
  '%s is not a challenge',
  (header) => {
    expect(parseChallenge(header)).toBeNull();
  },
);
