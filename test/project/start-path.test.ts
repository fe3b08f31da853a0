import { expect, test } from 'vitest';
import { loadedWith } from '../support/loaded-with.ts';

test('the first answer of /v2 waits for nothing of the API', () => {
  const loaded = loadedWith('index.ts');
  expect(loaded).toContain('v2/routes.ts');
  expect(loaded).toContain('drizzle-orm');
  expect(loaded).toContain('zod/mini');
  const ofTheApi = /^api\/|openapi|^zod$|^archive\/|^modern-tar/;
  expect(loaded.filter((name) => ofTheApi.test(name))).toEqual([]);
});
