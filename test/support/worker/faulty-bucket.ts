/** Fault wrappers around the real bucket. */
import { createExecutionContext } from 'cloudflare:test';
import { createApp } from '../../../src/app.ts';
import type { Env } from '../../../src/env.ts';
import { bindings } from './database.ts';
import { ADMIN, ORIGIN, type Sent } from './registry-client.ts';

/** The bucket with some of its methods replaced. */
export function bucketWith(change: Partial<R2Bucket>): R2Bucket {
  return changed(bindings.BUCKET, change);
}

/** How a read of an object fails. */
export type ReadFault = (object: R2ObjectBody) => R2ObjectBody;

/** Every way in which a read fails, by name. The first half of the bytes may arrive. */
export const READ_FAULTS = {
  'an error of R2': () => {
    throw new Error('get: Unspecified error (0)');
  },
  'a body that breaks off': (object) => changed(object, { body: halfOf(object, 'break off') }),
  'a body that ends early': (object) => changed(object, { body: halfOf(object, 'end') }),
  'an object of another size': (object) => changed(object, { size: object.size - 1 }),
} satisfies Record<string, ReadFault>;

/** A bucket that fails to read an object, so many times. */
export function bucketFailing(key: string, fault: ReadFault, times = Infinity): R2Bucket {
  let left = times;
  const get = async (asked: string, options?: R2GetOptions) => {
    const object = await bindings.BUCKET.get(asked, options ?? {});
    return object && asked === key && left-- > 0 ? fault(object as R2ObjectBody) : object;
  };
  return bucketWith({ get: get as R2Bucket['get'] });
}

/** One request of the admin to a Worker that has another bucket. */
export async function sendThrough(
  bucket: R2Bucket,
  method: string,
  path: string,
  headers: Record<string, string> = {},
): Promise<Response> {
  return await sendWith({ BUCKET: bucket }, method, path, { headers });
}

/** One request of the admin to a Worker with other bindings. */
export async function sendWith(
  change: Partial<Env>,
  method: string,
  path: string,
  { headers = {}, body }: Sent = {},
): Promise<Response> {
  const length = body instanceof Uint8Array ? { 'content-length': String(body.length) } : {};
  const request = new Request(`${ORIGIN}${path}`, {
    method,
    headers: { authorization: ADMIN, ...length, ...headers },
    ...(body === undefined ? {} : { body }),
  });
  // The cached entrypoint would have the bindings of the Worker.
  const environment = { ...bindings, OBJECT_CACHE: 'off', ...change };
  return await createApp().fetch(request, environment, createExecutionContext());
}

function changed<T extends object>(real: T, change: Partial<T>): T {
  return new Proxy(real, {
    get(target, name) {
      const value = change[name as keyof T] ?? target[name as keyof T];
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

/** A body of which only the first half arrives. */
function halfOf({ body, size }: R2ObjectBody, then: 'break off' | 'end'): ReadableStream {
  const reader = body.getReader({ mode: 'byob' });
  let sent = 0;
  return new ReadableStream({
    type: 'bytes',
    async pull(controller) {
      const wanted = Math.min(64 * 1024, Math.floor(size / 2) - sent);
      if (wanted > 0) {
        const { value } = await reader.readAtLeast(wanted, new Uint8Array(wanted));
        sent += wanted;
        return controller.enqueue(value as Uint8Array<ArrayBuffer>);
      }
      await reader.cancel();
      if (then === 'break off') throw new Error('Network connection lost.');
      controller.close();
      controller.byobRequest?.respond(0);
    },
  });
}
