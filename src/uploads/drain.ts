/** The most a client can have under way behind a refused chunk that we wait for, in bytes. */
const LIMIT = 512 * 1024 * 1024;

/**
 * Reads what is left of a body and drops it. An answer that comes while the client is still
 * sending is often lost: the connection is closed under it. A body that breaks off, or is
 * longer than anything a client sends at once, is left alone.
 */
export async function drain(reader: ReadableStreamBYOBReader): Promise<void> {
  let scratch = new Uint8Array(256 * 1024);
  try {
    for (let dropped = 0; dropped < LIMIT; ) {
      const { value, done } = await reader.read(scratch);
      if (done || value === undefined) return;
      dropped += value.length;
      scratch = new Uint8Array(value.buffer);
    }
    await reader.cancel('the body is too long to wait for');
  } catch {
    // The client has gone.
  }
}
