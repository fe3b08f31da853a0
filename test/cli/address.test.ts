import { expect, test } from 'vitest';
import { formatAddress, parseAddress, parseHost } from '../../src/cli/address.ts';
import { CommandError } from '../../src/cli/exit.ts';

const digest = `sha256:${'0'.repeat(64)}`;

test.each([
  ['registry.example/team/app:v1', 'registry.example', 'team/app', 'v1', null],
  ['localhost/app', 'localhost', 'app', 'latest', null],
  ['localhost:5000/a/b/c:1.0_x-2', 'localhost:5000', 'a/b/c', '1.0_x-2', null],
  ['[::1]:5000/a/b:v1', '[::1]:5000', 'a/b', 'v1', null],
  [`r.example/a/b@${digest}`, 'r.example', 'a/b', null, digest],
  [`r.example/a/b:v1@${digest}`, 'r.example', 'a/b', 'v1', digest],
])('%s is an address', (text, host, repository, tag, found) => {
  const address = parseAddress(text);
  expect(address).toEqual({ host, repository, tag, digest: found });
  expect(parseAddress(formatAddress(address))).toEqual(address);
});

test.each([
  '',
  'app',
  'team/app:v1',
  'registry.example',
  'registry.example/',
  'registry.example/App:v1',
  'registry.example/a//b',
  'registry.example/a/b:',
  'registry.example/a/b:v1:v2',
  'registry.example/a/b:-v1',
  'registry.example/a/b@v1',
  `registry.example/a/b@${digest}@${digest}`,
  'https://registry.example/a/b',
  'user@registry.example/a/b',
  'registry.example/a/../b',
])('"%s" is not an address', (text) => {
  expect(() => parseAddress(text)).toThrow(CommandError);
});

test.each(['registry.example', 'localhost', 'localhost:1', '127.0.0.1:5000', '[::1]:5000'])(
  '%s is a registry',
  (text) => {
    expect(parseHost(text)).toBe(text);
  },
);

test.each(['', 'team', 'https://registry.example', 'a b.example', 'registry.example/x'])(
  '"%s" is not a registry',
  (text) => {
    expect(() => parseHost(text)).toThrow(CommandError);
  },
);
