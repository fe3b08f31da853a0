import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { requireWrangler } from '../../scripts/lib/wrangler.ts';
import { loadedWith } from '../support/loaded-with.ts';
import { formatTable } from './table.ts';

const ROUNDS = 9;

/** What it takes to start the Worker. */
interface Start {
  /** Bytes of the bundle, and gzipped as it is uploaded. */
  readonly bundle: number;
  readonly gzipped: number;
  /** Files of src that run before the first answer of /v2. */
  readonly modules: number;
  /** Processor time to compile and run the bundle's top level in Node, ms; of some rounds. */
  readonly time: { readonly median: number; readonly min: number; readonly max: number };
}

/** Bundles the Worker as a deploy does, and starts it. */
export async function reportStart(): Promise<Start> {
  const folder = mkdtempSync(join(tmpdir(), 'orlop-start-'));
  try {
    requireWrangler('the bundle could not be made', 'deploy', '--dry-run', '--outdir', folder);
    const bundle = readFileSync(join(folder, 'index.js'));
    const start = {
      bundle: bundle.length,
      gzipped: gzipSync(bundle, { level: 9 }).length,
      modules: loadedWith('index.ts').filter((name) => name.endsWith('.ts')).length,
      time: timeStart(folder, bundle.toString()),
    };
    print(start);
    return start;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Stands in for the module that only workerd has. */
const STAND_IN = 'data:text/javascript,export class DurableObject {}';

const TIMED = `
  const before = process.cpuUsage();
  await import('./bundle.mjs');
  const { user, system } = process.cpuUsage(before);
  console.log((user + system) / 1000);`;

function timeStart(folder: string, bundle: string): Start['time'] {
  const text = bundle.replaceAll(/from\s*"cloudflare:workers"/g, `from "${STAND_IN}"`);
  writeFileSync(join(folder, 'bundle.mjs'), text);
  writeFileSync(join(folder, 'timed.mjs'), TIMED);
  const times = Array.from({ length: ROUNDS }, () => {
    const run = spawnSync(process.execPath, ['timed.mjs'], { cwd: folder, encoding: 'utf8' });
    if (run.status !== 0) throw new Error(`the bundle does not start: ${run.stderr}`);
    return Number(run.stdout);
  }).sort((one, two) => one - two);
  const at = (place: number) => Math.round(times[Math.floor((ROUNDS - 1) * place)] ?? 0);
  return { median: at(0.5), min: at(0), max: at(1) };
}

function print({ bundle, gzipped, modules, time }: Start): void {
  console.log(
    formatTable([
      ['start', ''],
      ['bundle, kB', Math.round(bundle / 1000)],
      ['gzipped, kB', Math.round(gzipped / 1000)],
      ["modules of ours before /v2's first answer", modules],
      ['processor time of the top level, ms', `${time.median} (${time.min} to ${time.max})`],
    ]),
  );
}
