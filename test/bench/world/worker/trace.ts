import { AsyncLocalStorage } from 'node:async_hooks';
import { replace } from '../../bindings/observe.ts';
import { TRACE_HEADER } from '../model.ts';
import type { Call, CallKind, Trace } from '../trips.ts';

/** A trace that is being written. */
interface OpenTrace extends Trace {
  answered: number;
  readonly calls: Call[];
  /** The answer, and what the request left to be done after it. */
  pending: number;
}

/** Of this isolate, in which the Worker and its objects run. */
const traces = new Map<number, OpenTrace>();

const current = new AsyncLocalStorage<OpenTrace>();

/** Serves a request, and writes the trace of what that asks of the platform. */
export async function traceServing(
  request: Request,
  context: ExecutionContext,
  serve: (context: ExecutionContext) => Promise<Response>,
): Promise<Response> {
  const id = Number(request.headers.get(TRACE_HEADER) ?? Number.NaN);
  const trace: OpenTrace = { id, answered: 0, calls: [], pending: 1 };
  traces.set(id, trace);
  return await current.run(trace, async () => {
    try {
      return await serve(noting(context, trace));
    } finally {
      trace.answered = performance.now();
      trace.pending--;
    }
  });
}

function noting(context: ExecutionContext, trace: OpenTrace): ExecutionContext {
  return replace(context, {
    waitUntil(promise: Promise<unknown>) {
      trace.pending++;
      const done = () => void trace.pending--;
      promise.then(done, done);
      context.waitUntil(promise);
    },
  });
}

/** Runs what an object does for a request, as a part of that one's trace. */
export async function traceObject<T>(request: Request, serve: () => Promise<T>): Promise<T> {
  const trace = traces.get(Number(request.headers.get(TRACE_HEADER) ?? Number.NaN));
  return await (trace ? current.run(trace, serve) : serve());
}

/** The request with the number of the one that is being served, for traceObject. */
export function markRequest(request: Request): Request {
  const trace = current.getStore();
  if (trace) request.headers.set(TRACE_HEADER, String(trace.id));
  return request;
}

/** Notes a call that began then and ends now. */
export function noteCall(kind: CallKind, what: string, begun: number): void {
  current.getStore()?.calls.push({ kind, what, begun, ended: performance.now() });
}

/** Answers all traces, and how many requests are not done yet; forgets those that are. */
export function takeTraces(): { open: number; traces: Trace[] } {
  const done = [...traces.values()].filter(({ pending }) => pending === 0);
  for (const { id } of done) traces.delete(id);
  return { open: traces.size, traces: done };
}
