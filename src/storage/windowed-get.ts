/** Bytes of an object that are read at once. */
const WINDOW = 8 * 1024 * 1024;

/** Bytes that are passed on at once. */
const CHUNK = 256 * 1024;

/** A range as it is asked for here. */
interface Range {
  readonly offset: number;
  readonly length: number;
}

/**
 * Gets an object, or a range of it, from the local simulator of R2: one of several parts in
 * windows of 8 MiB. The simulator reads all of such a range into memory before it gives the first
 * byte: a layer of 1 GiB took 1.2 GB and twelve seconds. R2 itself streams.
 */
export async function getInWindows(
  bucket: R2Bucket,
  key: string,
  options: { readonly range?: Range } = {},
): Promise<R2ObjectBody | null> {
  const offset = options.range?.offset ?? 0;
  const window = windowOf(offset, options.range?.length ?? WINDOW);
  const first = await bucket.get(key, { range: window });
  if (first === null) return null;
  const length = options.range?.length ?? first.size - offset;
  if (length <= WINDOW) return first;
  if (isOfParts(first)) return withBody(first, readWindows(bucket, first, { offset, length }));
  await first.body.cancel();
  return await bucket.get(key, options);
}

/** The tag of such an object ends with the number of its parts, as in S3. */
const isOfParts = ({ etag }: R2Object) => etag.includes('-');

const windowOf = (offset: number, length: number): Range => ({
  offset,
  length: Math.min(length, WINDOW),
});

function readWindows(bucket: R2Bucket, first: R2ObjectBody, { offset, length }: Range) {
  const end = offset + length;
  let next = offset + WINDOW;
  let reader = first.body.getReader({ mode: 'byob' });
  const read = async (size: number): Promise<Uint8Array | null> => {
    for (;;) {
      // The simulator's chunks are small: taken singly, reading them takes seven times as long.
      const { value } = await reader.readAtLeast(size, new Uint8Array(size));
      if (value && value.byteLength > 0) return value;
      if (next >= end) return null;
      const object = await bucket.get(first.key, { range: windowOf(next, end - next) });
      if (object?.etag !== first.etag) throw new Error(`object ${first.key} has changed`);
      next += WINDOW;
      reader = object.body.getReader({ mode: 'byob' });
    }
  };
  return new ReadableStream({
    type: 'bytes',
    autoAllocateChunkSize: CHUNK,
    async pull(controller) {
      const request = controller.byobRequest;
      const view = request?.view;
      if (!request || !view) return;
      const bytes = await read(view.byteLength);
      if (bytes === null) controller.close();
      else new Uint8Array(view.buffer, view.byteOffset, view.byteLength).set(bytes);
      request.respond(bytes?.byteLength ?? 0);
    },
    cancel: (reason) => reader.cancel(reason),
  });
}

/** An object of R2 is the platform's own: its other properties have to be read from itself. */
function withBody(object: R2ObjectBody, body: ReadableStream): R2ObjectBody {
  return new Proxy(object, {
    get: (target, name) => (name === 'body' ? body : Reflect.get(target, name, target)),
  });
}
