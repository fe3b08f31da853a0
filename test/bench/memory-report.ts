import { rmSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { type MeasuredOrlop, startOrlop } from './speed/registries.ts';
import { type BlobFile, repositoryStore } from './speed/stores.ts';
import { writeBlob } from './speed/transfers.ts';
import { makeFolder } from './support/folder.ts';
import { formatTable } from './table.ts';

const PUSHES = 5;
const SIZE = 512 * 1024 * 1024;
const PERIOD = 100;

/** Time in which memory may be given back, in ms. */
const REST = 60_000;

/** Bytes of memory that workerd holds. */
interface Memory {
  readonly before: number;
  /** The most while pushes run at once. */
  readonly pushing: number;
  /** The most while what was pushed is pulled. */
  readonly pulling: number;
  /** A minute after the pulls. */
  readonly after: number;
}

/**
 * Pushes blobs of 512 MiB at once, each as one PATCH in chunks, which is what docker sends, and
 * pulls them at once.
 */
export async function reportMemory(): Promise<Memory> {
  const folder = makeFolder();
  const orlop = await startOrlop(folder);
  try {
    const store = await repositoryStore(orlop, 'library/memory');
    const blobs: BlobFile[] = [];
    for (let n = 0; n < PUSHES; n++) blobs.push(await writeBlob(folder, SIZE, `layer${n}`));
    const before = orlop.residentBytes();
    const pushing = await peakWhile(orlop, blobs, (blob) => store.send('parts', blob));
    const pulling = await peakWhile(orlop, blobs, (blob) => store.read(blob));
    await delay(REST);
    const memory = { before, pushing, pulling, after: orlop.residentBytes() };
    print(memory);
    return memory;
  } finally {
    await orlop.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function peakWhile(
  orlop: MeasuredOrlop,
  blobs: readonly BlobFile[],
  move: (blob: BlobFile) => Promise<void>,
): Promise<number> {
  const moved = Promise.all(blobs.map(move)).then(() => true);
  let peak = 0;
  do peak = Math.max(peak, orlop.residentBytes());
  while (!(await Promise.race([moved, delay(PERIOD, false)])));
  return peak;
}

function print({ before, pushing, pulling, after }: Memory): void {
  const megabytes = (bytes: number) => Math.round(bytes / 1e6);
  console.log(
    formatTable([
      ['memory of workerd', 'MB'],
      ['before', megabytes(before)],
      [`${PUSHES} pushes of 512 MiB at once, at most`, megabytes(pushing)],
      [`${PUSHES} pulls of them at once, at most`, megabytes(pulling)],
      ['a minute later', megabytes(after)],
    ]),
  );
}
