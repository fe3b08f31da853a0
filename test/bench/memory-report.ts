import { rmSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { type MeasuredOrlop, startOrlop } from './speed/registries.ts';
import { type BlobFile, repositoryStore, type Store } from './speed/stores.ts';
import { writeBlob } from './speed/transfers.ts';
import { makeFolder } from './support/folder.ts';
import { formatTable } from './table.ts';

const PUSHES = 5;
const SIZE = 512 * 1024 * 1024;
const PERIOD = 100;

/** Bytes of memory that workerd holds: before, and the most of it while pushes run at once. */
interface Memory {
  readonly before: number;
  readonly peak: number;
}

/** Pushes blobs of 512 MiB at once, each as one PATCH in chunks, which is what docker sends. */
export async function reportMemory(): Promise<Memory> {
  const folder = makeFolder();
  const orlop = await startOrlop(folder);
  try {
    const store = await repositoryStore(orlop, 'library/memory');
    const blobs: BlobFile[] = [];
    for (let n = 0; n < PUSHES; n++) blobs.push(await writeBlob(folder, SIZE, `layer${n}`));
    const memory = { before: orlop.residentBytes(), peak: await pushAll(orlop, store, blobs) };
    print(memory);
    return memory;
  } finally {
    await orlop.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function pushAll(
  orlop: MeasuredOrlop,
  store: Store,
  blobs: readonly BlobFile[],
): Promise<number> {
  const pushes = Promise.all(blobs.map((blob) => store.send('parts', blob))).then(() => true);
  let peak = 0;
  do peak = Math.max(peak, orlop.residentBytes());
  while (!(await Promise.race([pushes, delay(PERIOD, false)])));
  return peak;
}

function print({ before, peak }: Memory): void {
  const megabytes = (bytes: number) => Math.round(bytes / 1e6);
  console.log(
    formatTable([
      ['memory of workerd', 'MB'],
      ['before', megabytes(before)],
      [`${PUSHES} pushes of 512 MiB at once, at most`, megabytes(peak)],
    ]),
  );
}
