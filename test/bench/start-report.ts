import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { requireWrangler } from '../../scripts/lib/wrangler.ts';
import { loadedWith } from '../support/loaded-with.ts';
import { formatTable } from './table.ts';

const ROUNDS = 9;

/** What it takes to start the Worker. */
interface Start {
  /** Bytes of the bundle's modules, and gzipped as they are uploaded. */
  readonly bundle: number;
  readonly gzipped: number;
  /** Files of src that run before the first answer of /v2. */
  readonly modules: number;
  /** How long workerd is busy until the Worker can be asked, ms; of some rounds. */
  readonly time: { readonly median: number; readonly min: number; readonly max: number };
}

/** Bundles the Worker as a deploy does, and starts it. */
export async function reportStart(): Promise<Start> {
  const folder = mkdtempSync(join(tmpdir(), 'orlop-start-'));
  try {
    const start = {
      ...measureBundle(folder),
      modules: loadedWith('index.ts').filter((name) => name.endsWith('.ts')).length,
      time: timeStart(folder),
    };
    print(start);
    return start;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function measureBundle(folder: string): Pick<Start, 'bundle' | 'gzipped'> {
  requireWrangler('the bundle could not be made', 'deploy', '--dry-run', '--outdir', folder);
  const names = readdirSync(folder).filter((name) => name.endsWith('.js'));
  const modules = names.map((name) => readFileSync(join(folder, name)));
  const sum = (sizes: readonly number[]) => sizes.reduce((total, size) => total + size, 0);
  return {
    bundle: sum(modules.map((text) => text.length)),
    gzipped: sum(modules.map((text) => gzipSync(text, { level: 9 }).length)),
  };
}

function timeStart(folder: string): Start['time'] {
  const profile = join(folder, 'start.cpuprofile');
  const times = Array.from({ length: ROUNDS }, () => {
    requireWrangler('the start could not be profiled', 'check', 'startup', '--outfile', profile);
    return readBusy(profile);
  }).sort((one, two) => one - two);
  const at = (place: number) => Math.round(times[Math.floor((ROUNDS - 1) * place)] ?? 0);
  return { median: at(0.5), min: at(0), max: at(1) };
}

/** A profile of V8, as far as it is read. */
interface Profile {
  readonly nodes: readonly { readonly id: number; readonly callFrame: { functionName: string } }[];
  /** The node that each sample fell into. */
  readonly samples: readonly number[];
  /** Microseconds before each sample. */
  readonly timeDeltas: readonly number[];
}

/** Milliseconds that a profile was not idle. */
function readBusy(path: string): number {
  const { nodes, samples, timeDeltas }: Profile = JSON.parse(readFileSync(path, 'utf8'));
  const idle = nodes.find(({ callFrame }) => callFrame.functionName === '(idle)')?.id;
  const busy = timeDeltas.filter((_, n) => samples[n] !== idle);
  return busy.reduce((total, micros) => total + micros, 0) / 1000;
}

function print({ bundle, gzipped, modules, time }: Start): void {
  console.log(
    formatTable([
      ['start', ''],
      ['bundle, kB', Math.round(bundle / 1000)],
      ['gzipped, kB', Math.round(gzipped / 1000)],
      ["modules of ours before /v2's first answer", modules],
      ['workerd is busy with the start, ms', `${time.median} (${time.min} to ${time.max})`],
    ]),
  );
}
