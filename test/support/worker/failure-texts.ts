const withProperty = (name: string) => Object.assign(new Error('it is so'), { [name]: true });

/** Failures after which another try may be answered, by name. */
export const LOST: Readonly<Record<string, () => Error>> = Object.fromEntries([
  ...[
    'D1_ERROR: Network connection lost.',
    'D1_ERROR: D1 DB reset because its code was updated.',
    'D1_ERROR: Internal error while starting up D1 DB storage caused object to be reset.',
    'D1_ERROR: Internal error in D1 DB storage caused object to be reset.',
    'D1_ERROR: Cannot resolve D1 DB due to transient issue on remote node.',
    "D1_ERROR: Can't read from request stream because client disconnected.",
    'D1_ERROR: Replica disconnected from primary.',
    'Durable Object reset because its code was updated.',
    "The Durable Object's code has been updated, this version can no longer access storage.",
    'Connection closed: this Durable Object instance is no longer active. Reconnect or retry the request.',
    'Cannot access storage because object has moved to a different machine',
    'internal error; reference = 4uk0q7gbe3d1nv6o2k3f',
    'get: We encountered an internal error. Please try again. (10001)',
    'put: Service Unavailable (10043)',
    'put: Unspecified error (0)',
  ].map((text) => [text, () => new Error(text)]),
  ['.retryable', () => withProperty('retryable')],
]);

/** Failures that another try would make worse, by name. */
export const BUSY: Readonly<Record<string, () => Error>> = Object.fromEntries([
  ...[
    'D1_ERROR: D1 DB is overloaded. Requests queued for too long.',
    'D1_ERROR: D1 DB is overloaded. Too many requests queued.',
    'D1_ERROR: D1 DB storage operation exceeded timeout which caused object to be reset.',
    "D1_ERROR: D1 DB's isolate exceeded its memory limit and was reset.",
    'D1_ERROR: D1 DB exceeded its CPU time limit and was reset.',
    'Durable Object is overloaded. Too many requests for the same object within a 10 second window.',
    'Your account is generating too much load on Durable Objects. Please back off and try again later.',
    'Your account is doing too many concurrent storage operations. Please back off and try again later.',
    'put: Reduce your rate of simultaneous reads on the same object. (10058)',
  ].map((text) => [text, () => new Error(text)]),
  ['.overloaded', () => withProperty('overloaded')],
  [
    '.overloaded and .retryable',
    () => Object.assign(withProperty('overloaded'), { retryable: true }),
  ],
]);
