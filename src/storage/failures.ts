/**
 * Failures of the platform: `lost` is a connection that broke, or an object or a database that was
 * reset, so that another try may find it back; `busy` is one that is overloaded or over a limit,
 * which another try would only load more.
 * https://developers.cloudflare.com/d1/observability/debug-d1/#error-list
 * https://developers.cloudflare.com/durable-objects/observability/troubleshooting/
 * https://developers.cloudflare.com/r2/api/error-codes/#service-errors
 */
type Failure = 'lost' | 'busy';

const BUSY = new RegExp(
  [
    'is overloaded',
    'queued for too long',
    'too much load',
    'too many concurrent storage operations',
    'operation exceeded timeout',
    'exceeded its memory limit',
    'exceeded its CPU time limit',
    // R2: TooManyRequests
    String.raw`\(10058\)`,
  ].join('|'),
  'i',
);

const LOST = new RegExp(
  [
    'network connection lost',
    'reset because its code was updated',
    'code has been updated',
    'caused object to be reset',
    'due to transient issue on remote node',
    'replica disconnected from primary',
    'because client disconnected',
    'no longer active',
    'moved to a different machine',
    'internal error',
    // R2: InternalError, ServiceUnavailable, ClientDisconnect, and an error without a code
    String.raw`\((?:10001|10043|10054)\)`,
    String.raw`unspecified error \(0\)`,
  ].join('|'),
  'i',
);

/** Causes of an error that are read. */
const MAX_DEPTH = 8;

/** An error and its causes. */
function* causesOf(error: unknown): Generator<Error> {
  let cause = error;
  for (let depth = 0; depth < MAX_DEPTH && cause instanceof Error; depth++) {
    yield cause;
    cause = cause.cause;
  }
}

function failureOf(error: unknown): Failure | null {
  const causes = [...causesOf(error)] as (Error & Partial<Record<string, unknown>>)[];
  if (causes.some(({ overloaded, message }) => overloaded === true || BUSY.test(message))) {
    return 'busy';
  }
  const isLost = causes.some(({ retryable, message }) => retryable === true || LOST.test(message));
  return isLost ? 'lost' : null;
}

/** Whether an error of D1, R2 or a Durable Object, or one caused by it, passes by itself. */
export function isTransient(error: unknown): boolean {
  return failureOf(error) !== null;
}

/** Whether the platform has too much to do: more requests would only make it worse. */
export function isOverload(error: unknown): boolean {
  return failureOf(error) === 'busy';
}

/** Tries in all, and the wait after the first one, in ms; later waits are longer. */
const MAX_TRIES = 3;
const FIRST_WAIT = 50;
const GROWTH = 4;

/**
 * Repeats work after a connection was lost. The first try may have done all of it, and only its
 * answer was lost: so work that was done before must come out the same when it is done again.
 * @param mayRepeat whether that is still so after a failure
 * @throws the error of the last try
 */
export async function repeatIfLost<T>(
  work: () => Promise<T>,
  mayRepeat: () => boolean = () => true,
): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await work();
    } catch (error) {
      if (tries === MAX_TRIES || failureOf(error) !== 'lost' || !mayRepeat()) throw error;
    }
    // At random, so that those who lost the same connection do not return together.
    await scheduler.wait(FIRST_WAIT * GROWTH ** (tries - 1) * (0.5 + Math.random()));
  }
}

/** Writes a failure to the log: the messages of the error and its causes, and where it came from. */
export function logFailure(message: string, error: unknown, fields: object = {}): void {
  const causes = [...causesOf(error)];
  console.error({
    message,
    ...fields,
    causes: causes.length > 0 ? causes.map((cause) => cause.message) : [String(error)],
    stack: causes[0]?.stack,
  });
}
