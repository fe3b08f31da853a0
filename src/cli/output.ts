import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Writable } from 'node:stream';

/** Where an archive goes. */
export interface Output {
  readonly stream: WritableStream<Uint8Array>;
  /** All of it was written: it takes its name. */
  commit(): Promise<void>;
  /** It failed: nothing is left. */
  abort(): Promise<void>;
}

/**
 * Opens a file, or standard output for `-`. A file has its name only once it is whole; until
 * then, and where the command is killed, it is called `<file>.partial`.
 * @param onBytes told of every write
 */
export async function openOutput(file: string, onBytes: (n: number) => void): Promise<Output> {
  const nothing = async () => {};
  if (file === '-')
    return { stream: meter(process.stdout, onBytes), commit: nothing, abort: nothing };
  const draft = `${file}.partial`;
  const sink = createWriteStream(draft);
  return {
    stream: meter(sink, onBytes),
    commit: async () => await rename(draft, file),
    abort: async () => await rm(draft, { force: true }),
  };
}

function meter(sink: Writable, onBytes: (bytes: number) => void): WritableStream<Uint8Array> {
  const writer = Writable.toWeb(sink).getWriter();
  return new WritableStream<Uint8Array>({
    async write(bytes) {
      await writer.write(bytes);
      onBytes(bytes.length);
    },
    close: () => writer.close(),
    abort: (reason) => writer.abort(reason),
  });
}
