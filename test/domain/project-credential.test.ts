import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  deriveProjectCredential,
  parseProjectUsername,
  projectUsername,
} from '../../src/domain/project-credential.ts';
import { garbage } from './support/arbitraries.ts';

const KEY = 'a-key-of-the-tests-0000000000000000';
const projectId = fc.integer({ min: 1, max: 999_999_999_999_999 });

test('the user name of every project is parsed back to the project', () => {
  fc.assert(
    fc.property(projectId, (id) => {
      expect(parseProjectUsername(projectUsername(id))).toBe(id);
    }),
  );
});

test.each([
  '',
  'admin',
  'project',
  'project-',
  'project-0',
  'project-01',
  'project--1',
  'project-1.5',
  'project-1e3',
  'project-1 ',
  'project-1\n',
  'Project-1',
  'my-project-1',
  'project-1-x',
  'project-1000000000000000',
])("%j is a person's name", (name) => {
  expect(parseProjectUsername(name)).toBeNull();
});

test('no other text is parsed as the user name of a project', () => {
  fc.assert(
    fc.property(garbage, fc.constantFrom('', 'project-'), (text, prefix) => {
      const id = parseProjectUsername(prefix + text);
      if (id !== null) expect(projectUsername(id)).toBe(prefix + text);
    }),
  );
});

test('a credential is derived by HMAC-SHA256, 160 bits of it', async () => {
  const mac = createHmac('sha256', KEY).update('project-credential:7:2').digest('hex');
  expect(await deriveProjectCredential(KEY, 7, 2)).toEqual({
    username: 'project-7',
    password: `orp_${mac.slice(0, 40)}`,
  });
});

test('another project, version or key gives another password', async () => {
  const credentials = await Promise.all([
    deriveProjectCredential(KEY, 1, 11),
    deriveProjectCredential(KEY, 11, 1),
    deriveProjectCredential(KEY, 1, 1),
    deriveProjectCredential(KEY, 1, 2),
    deriveProjectCredential(`${KEY}1`, 1, 1),
  ]);
  expect(new Set(credentials.map(({ password }) => password)).size).toBe(credentials.length);
});

test('the same project, version and key give the same credential every time', async () => {
  const arguments_ = fc.tuple(fc.string({ minLength: 1 }), projectId, projectId);
  await fc.assert(
    fc.asyncProperty(arguments_, async ([key, id, version]) => {
      const once = await deriveProjectCredential(key, id, version);
      expect(await deriveProjectCredential(key, id, version)).toEqual(once);
      expect(once.password).toMatch(/^orp_[0-9a-f]{40}$/);
    }),
  );
});
