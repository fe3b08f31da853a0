import { HOUR_MS } from '../domain/time.ts';
import type { ExpectedObject } from './object-reads.ts';

/** What is warmed for one manifest. The wait for a large object is that for its bytes, in any case. */
const MOST = { objects: 20, bytes: 32 * 1024 * 1024, bytesOfOne: 8 * 1024 * 1024 };

/** The most objects that an isolate remembers to be near. */
const MAX_NEAR = 10_000;

/** Objects that this isolate has asked of the cache within one hour: its data center has them. */
const near = new Set<string>();
let nearIn = 0;

/** Notes that the cache is asked for an object at `now` (ms). False: it was, within the hour. */
export function noteNear(key: string, now: number): boolean {
  const hour = Math.floor(now / HOUR_MS);
  if (hour !== nearIn || near.size >= MAX_NEAR) near.clear();
  nearIn = hour;
  if (near.has(key)) return false;
  near.add(key);
  return true;
}

/** The keys of those that are worth a request to the cache at `now` (ms), which are noted as near. */
export function chooseToWarm(objects: readonly ExpectedObject[], now: number): string[] {
  const chosen: string[] = [];
  let bytes = 0;
  for (const { key, size } of objects) {
    if (chosen.length === MOST.objects) break;
    const isSmall = size > 0 && size <= MOST.bytesOfOne && bytes + size <= MOST.bytes;
    if (!isSmall || !noteNear(key, now)) continue;
    bytes += size;
    chosen.push(key);
  }
  return chosen;
}
