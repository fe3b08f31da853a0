/** Resuming an upload whose last response did not arrive. */
import { expect } from 'vitest';
import { type Answer, ask, type Registry } from './wire.ts';

/** Bytes that the registry says an upload has; null when it does not know the upload. */
export async function readOffset(server: Registry, location: string): Promise<number | null> {
  const answer = await ask(server, 'GET', location);
  if (answer.status === 404) return null;
  expect(answer.status).toBe(204);
  return offsetOf(answer);
}

/** The offset after a Range header; `0-0` means no bytes. */
export function offsetOf({ headers }: Answer): number {
  const end = Number(/^0-(\d+)$/.exec(headers.range ?? '')?.[1]);
  return end === 0 ? 0 : end + 1;
}

/** Sends what is missing, from where the registry says; returns the offsets it named. */
export async function sendRest(
  server: Registry,
  location: string,
  bytes: Buffer,
  from: number,
): Promise<number[]> {
  const told = [from];
  for (let offset = from; offset < bytes.length; ) {
    const range = { 'content-range': `${offset}-${bytes.length - 1}` };
    const answer = await ask(server, 'PATCH', location, bytes.subarray(offset), range);
    expect([202, 416]).toContain(answer.status);
    offset = offsetOf(answer);
    told.push(offset);
    expect(told.length, `offsets ${told}`).toBeLessThan(5);
  }
  return told;
}
