import { type OnReadOpts, Socket, type SocketConstructorOpts } from 'node:net';

/** Bytes that wait for workerd before the client is held back: each time costs a turn of the loop. */
const BUFFER_SIZE = 512 * 1024;

type Written = (error?: Error | null) => void;

/**
 * A connection to workerd that remains readable when writing fails: workerd may answer before it
 * has read the request, and close. Node's socket would then discard the response unread. What is
 * written after that is discarded.
 */
export class WorkerSocket extends Socket {
  readonly #onUnwritable: () => void;

  /** @param onUnwritable called when workerd takes nothing more, once for each failed write */
  constructor(onread: OnReadOpts, onUnwritable: () => void) {
    // Its types do not have what a stream takes.
    super({ onread, writableHighWaterMark: BUFFER_SIZE } as SocketConstructorOpts);
    this.#onUnwritable = onUnwritable;
  }

  override _write(chunk: unknown, encoding: BufferEncoding, done: Written): void {
    super._write(chunk, encoding, this.#withoutError(done));
  }

  override _writev(chunks: { chunk: unknown; encoding: BufferEncoding }[], done: Written): void {
    super._writev?.(chunks, this.#withoutError(done));
  }

  #withoutError(done: Written): Written {
    return (error) => {
      if (error) this.#onUnwritable();
      done();
    };
  }
}
