import type { Operation } from './operations.ts';
import { COUNTS, type Counts } from './summary.ts';

/** A day of a large registry: how often each operation is done. */
const DAY: Readonly<Partial<Record<Operation, number>>> = {
  'docker pull, cold': 2_000_000,
  'ctr pull, again': 8_000_000,
  'docker push, new image': 100_000,
  'docker push, known repository': 600_000,
  'docker push, nothing new': 300_000,
};

const DAY_SECONDS = 86_400;

/** The busiest minutes of a day ask this many times as much as its average. */
const PEAK = 4;

/** What is asked of each part of the platform; trips are waited for, and add up to nothing. */
const ASKED = COUNTS.filter((count) => count !== 'trips' && count !== 'primary');

/**
 * What a day of 10 million pulls and a million pushes asks of each part of the platform, a second, on
 * average and at its peak, as a table in Markdown.
 * @param countsOf what one operation has asked for
 */
export function describeDemand(countsOf: (operation: Operation) => Counts): string {
  const operations = Object.entries(DAY) as [Operation, number][];
  const rows = ASKED.map((count) => {
    const day = operations.reduce((sum, [name, times]) => sum + times * countsOf(name)[count], 0);
    const average = day / DAY_SECONDS;
    return [count, (day / 1e6).toFixed(1), average.toFixed(0), (average * PEAK).toFixed(0)];
  });
  const head = ['of', 'millions a day', 'a second', `a second, at ${PEAK} times as much`];
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}
