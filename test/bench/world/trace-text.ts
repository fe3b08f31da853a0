import type { Sample } from './measure.ts';
import { isAny, isPrimary, type TracedRequest, tripsOf, tripsOfAll } from './trips.ts';

/** The requests of an operation, each with its calls, for people to read. */
export function describeTrace({ operation, of, seconds, requests }: Sample): string {
  const start = requests[0]?.begun ?? 0;
  const trips = `${tripsOfAll(requests, isAny)} trips, ${tripsOfAll(requests, isPrimary)} to the primary`;
  const head = `\n${operation} (${of}): ${seconds.toFixed(2)} s, ${trips}`;
  return [head, ...requests.map((request) => describeRequest(request, start))].join('\n');
}

function describeRequest(request: TracedRequest, start: number): string {
  const { method, path, status, begun, ended, calls, waited } = request;
  const times = `${Math.round(begun - start)}-${Math.round(ended - start)}`.padStart(11);
  const first = calls[0]?.begun ?? 0;
  const found = calls.map((call) => {
    const after = waited.includes(call) ? '' : ', not waited for';
    const span = `${Math.round(call.begun - first)}-${Math.round(call.ended - first)}`;
    return `${call.kind} (${call.what}, ${span}${after})`;
  });
  const line = `${times} ${tripsOf(request, isAny)} ${method} ${shorten(path)} ${status}`;
  return [line, ...found].join('; ');
}

/** Digests and signed states without most of their characters. */
function shorten(path: string): string {
  return path.replaceAll(/[\w.%-]{24,}/g, (long) => `${long.slice(0, 12)}…`);
}
