import { BodyReader } from './body-reader.ts';

/** Bytes that a client may still have under way when it is refused; beyond them we stop waiting. */
export const MAX_DRAINED_BYTES = 512 * 1024 * 1024;

/**
 * Reads a body that no one has begun to read to its end, and drops it. A client that gets its
 * answer while it is still sending often loses the answer, because the connection closes under
 * it. A body that breaks off, brings nothing for a minute, or is longer than anything a client
 * sends at once, is left alone.
 */
export async function drainRequestBody(body: ReadableStream | null): Promise<void> {
  if (!body || body.locked) return;
  const reader = new BodyReader(body);
  await reader.drain(MAX_DRAINED_BYTES);
  reader.cancel('the rest of the body is not read');
  reader.release();
}
