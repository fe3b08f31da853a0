/** Bytes that a client may still have under way when it is refused; beyond them we stop waiting. */
const LIMIT = 512 * 1024 * 1024;

/**
 * Reads a body that no one has begun to read to its end, and drops it. A client that gets its
 * answer while it is still sending often loses the answer, because the connection closes under
 * it. A body that breaks off, or is longer than anything a client sends at once, is left alone.
 */
export async function drainRequestBody(body: ReadableStream | null): Promise<void> {
  if (body && !body.locked) await drainReader(body.getReader({ mode: 'byob' }));
}

/** As drainRequestBody, for what is left of a body that is being read. */
export async function drainReader(reader: ReadableStreamBYOBReader): Promise<void> {
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
