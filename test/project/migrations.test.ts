/** A migration that has landed never changes: databases know it by its name alone. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const folder = fileURLToPath(new URL('../../migrations/', import.meta.url));
const list = readFileSync(new URL('migrations.sha256', import.meta.url), 'utf8');

/** As `sha256sum` writes them, in the order in which they landed. */
const landed = list
  .trimEnd()
  .split('\n')
  .map((line) => line.split('  '));

test.each(landed)('%s is the digest of %s, as it landed', (digest, name = '') => {
  const bytes = readFileSync(folder + name);
  expect(createHash('sha256').update(bytes).digest('hex')).toBe(digest);
});

test('every migration is in the list, in order', () => {
  const names = readdirSync(folder).filter((name) => name.endsWith('.sql'));
  expect(
    landed.map(([, name]) => name),
    'cd migrations && sha256sum NAME >> ../test/project/migrations.sha256',
  ).toEqual(names.sort());
});
