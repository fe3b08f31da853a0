import { expect, test } from 'vitest';
import type { Digest } from '../../../src/domain/digest.ts';
import { NO_RULES } from '../../../src/domain/retention.ts';
import { judge } from '../../../src/maintenance/retention/walk.ts';

test('a wildcard of immutable tags keeps an accessory without its subject, unless clients named its tag', () => {
  const hex = 'a'.repeat(64);
  const keptFor = (tag: string, immutableTags: string[]) => {
    const times = { pushedAt: 0, lastPulledAt: null, lastUsedAt: null };
    const orphan = { imageId: 1, tag, digest: `sha256:${'b'.repeat(64)}` as Digest, size: 1 };
    const rules = { ...NO_RULES, keepDays: 1, immutableTags };
    return judge(rules, { ...orphan, ...times, kind: 'orphan' }, null, Date.now());
  };
  expect(keptFor('v1-sbom', ['v*'])).toBe('immutable');
  expect(keptFor(`sha256-${hex}.sig`, ['*'])).toBeNull();
  expect(keptFor(`sha256-${hex}.sig`, [`sha256-${hex}.sig`])).toBe('immutable');
});
