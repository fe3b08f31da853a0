import { expect, test } from 'vitest';
import { describeDemand } from './demand.ts';
import { COUNTS, type Counts } from './summary.ts';

test('the demand of a day adds up what each of its operations asks for', () => {
  const one = Object.fromEntries(COUNTS.map((count) => [count, 1])) as Counts;
  const table = describeDemand((operation) =>
    operation === 'ctr pull, again' ? { ...one, queries: 2 } : one,
  );
  expect(table).toContain('| requests | 11.0 | 127 | 509 |');
  expect(table).toContain('| queries | 19.0 | 220 | 880 |');
  expect(table).not.toContain('| trips |');
});
