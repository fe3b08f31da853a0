/**
 * npm run bench                 speed, beside the platform's ceiling and other registries
 * npm run bench -- --quick      the same in under three minutes
 * npm run bench -- --cost       calls, rows and dollars of each piece of work
 * npm run bench -- --scale [N]  rows and times in synthetic registries of up to N tags (1,000,000)
 * npm run bench -- --start      size of the Worker, and what it takes to start it
 *
 * Each writes what it found as JSON to test-output/bench/.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { reportCost } from './cost-report.ts';
import { reportScale } from './scale/report.ts';
import { reportSpeed } from './speed/report.ts';
import { reportStart } from './start-report.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    cost: { type: 'boolean', default: false },
    scale: { type: 'boolean', default: false },
    start: { type: 'boolean', default: false },
  },
});

function keep(name: string, found: unknown): void {
  mkdirSync('test-output/bench', { recursive: true });
  writeFileSync(`test-output/bench/${name}.json`, `${JSON.stringify(found, null, 2)}\n`);
}

if (values.cost) keep('cost', await reportCost());
else if (values.scale) keep('scale', await reportScale(Number(positionals[0] ?? 1_000_000)));
else if (values.start) keep('start', await reportStart());
else keep('speed', await reportSpeed(values.quick));
