import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Writable } from 'node:stream';

/** The destination of an archive. */
export interface Output {
  readonly stream: WritableStream<Uint8Array>;
  /** Gives the complete file its name. */
  commit(): Promise<void>;
  /** Removes the incomplete file. */
  abort(): Promise<void>;
}

/**
 * Opens a file, or standard output for `-`. Until it is committed, and if the command is killed,
 * a file is called `<file>.partial`.
 * @param onBytes called with the bytes of each write
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
