import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import releases from '../upgrade/releases.json' with { type: 'json' };

const changelog = readFileSync(new URL('../../CHANGELOG.md', import.meta.url), 'utf8');
const released = [...changelog.matchAll(/^## \[(\d+\.\d+\.\d+)\]/gm)].map(([, version]) => version);

test('every release in the changelog since 0.2.0 names its commit', () => {
  expect(releases.map(({ version }) => version)).toEqual(released.slice(0, -1).reverse());
  for (const { commit } of releases) expect(commit).toMatch(/^[0-9a-f]{40}$/);
});
