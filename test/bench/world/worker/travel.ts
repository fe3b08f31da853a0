import type { CallKind } from '../trips.ts';
import { noteCall } from './trace.ts';

/** Makes a call of a place that is this far away, ms there and back, and notes it. */
export async function travel<T>(
  { kind, what }: { readonly kind: CallKind; readonly what: string },
  distance: number,
  run: () => Promise<T>,
): Promise<T> {
  const begun = performance.now();
  await scheduler.wait(distance / 2);
  try {
    return await run();
  } finally {
    await scheduler.wait(distance / 2);
    noteCall(kind, what, begun);
  }
}
