/**
 * npm run bench                 speed, beside the platform's ceiling, `wrangler dev` and others
 * npm run bench -- --quick      the same in under three minutes
 * npm run bench -- --rounds N   in so many rounds (5)
 * npm run bench -- --only WHAT  of it: bytes, clients, requests or pushes
 * npm run bench -- --cost       calls, rows and dollars of each piece of work
 * npm run bench -- --scale [N]  rows and times in synthetic registries of up to N tags (1,000,000)
 * npm run bench -- --memory     what workerd holds while five pushes run
 * npm run bench -- --start      size of the Worker, and what it takes to start it
 * npm run bench -- --world      what clients far from the database wait for, in --rounds N (3)
 *   --memory never|sometimes|always   what earlier requests left in an isolate is found (always)
 *   --lag SECONDS                     by which the replica is behind (0)
 *   --trace                           prints all requests, with their calls
 *   --rival DIR                       beside a checkout of cloudflare/serverless-registry
 * npm run bench -- --rival DIR  speed beside it, both under `wrangler dev`
 *
 * Wrangler starts a server again whose sources change: leave src alone while it runs.
 * Each writes what it found as JSON to test-output/bench/.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { buildConsole } from '../../scripts/lib/console.ts';
import { reportCost } from './cost-report.ts';
import { reportMemory } from './memory-report.ts';
import { reportScale } from './scale/report.ts';
import { reportSpeed, SPEEDS, type SpeedChoice } from './speed/report.ts';
import { reportStart } from './start-report.ts';
import { MEMORIES } from './world/model.ts';
import { reportWorld, type WorldChoice } from './world/report.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    only: { type: 'string' },
    cost: { type: 'boolean', default: false },
    scale: { type: 'boolean', default: false },
    memory: { type: 'boolean', default: false },
    start: { type: 'boolean', default: false },
    world: { type: 'boolean', default: false },
    lag: { type: 'string', default: '0' },
    rival: { type: 'string' },
    trace: { type: 'boolean', default: false },
  },
});

function keep(name: string, found: unknown): void {
  mkdirSync('test-output/bench', { recursive: true });
  writeFileSync(`test-output/bench/${name}.json`, `${JSON.stringify(found, null, 2)}\n`);
}

// Wrangler takes no Worker whose assets are missing.
if (!values.cost) await buildConsole();

if (values.cost) keep('cost', await reportCost());
else if (values.scale) keep('scale', await reportScale(Number(positionals[0] ?? 1_000_000)));
else if (values.world) keep('world', await reportWorld(chooseWorld()));
else if (values.memory) keep('memory', await reportMemory());
else if (values.start) keep('start', await reportStart());
else keep('speed', await reportSpeed(chooseSpeed()));

function chooseSpeed(): SpeedChoice {
  const { quick, rounds, only, rival = null } = values;
  const part = SPEEDS.find((name) => name === only) ?? null;
  if (only !== undefined && !part) throw new Error(`--only takes one of ${SPEEDS.join(', ')}`);
  return { quick, rounds: readRounds(rounds), only: part, rival };
}

function readRounds(rounds: string | undefined): number | null {
  const times = rounds === undefined ? null : Number(rounds);
  if (times !== null && !(times > 0)) throw new Error('--rounds takes a number');
  return times;
}

function chooseWorld(): WorldChoice {
  const { rounds, lag, rival = null, trace } = values;
  const word = values.memory ? positionals[0] : 'always';
  const memory = MEMORIES.find((name) => name === word);
  if (!memory) throw new Error(`--world --memory takes one of ${MEMORIES.join(', ')}`);
  const seconds = Number(lag);
  if (!(seconds >= 0)) throw new Error('--lag takes a number of seconds');
  return { rounds: readRounds(rounds) ?? 3, memory, lag: seconds * 1000, rival, trace };
}
