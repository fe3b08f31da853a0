import { exports } from 'cloudflare:workers';
import { expect } from 'vitest';

const worker = (exports as unknown as { default: Fetcher }).default;

export const ORIGIN = 'http://registry.test';

/** An Authorization header, or null for nobody. */
export type Who = string | null;

export const ANONYMOUS: Who = null;

export function basic(name: string, password: string): string {
  return `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`;
}

export const bearer = (token: string): string => `Bearer ${token}`;

export const ADMIN = basic('admin', 'admin-password-of-the-tests');

export interface Sent {
  readonly headers?: Record<string, string>;
  readonly body?: string | Uint8Array | ReadableStream;
}

/** One request to the Worker. `path` starts with a slash. */
export async function send(
  who: Who,
  method: string,
  path: string,
  { headers = {}, body }: Sent = {},
): Promise<Response> {
  const authorization: Record<string, string> = who === null ? {} : { authorization: who };
  return (await worker.fetch(`${ORIGIN}${path}`, {
    method,
    headers: { ...authorization, ...headers },
    ...(body === undefined ? {} : { body }),
    redirect: 'manual',
  } as RequestInit)) as unknown as Response;
}

/** The codes a client may hear: https://github.com/opencontainers/distribution-spec/blob/main/spec.md#error-codes */
const CODES = [
  'BLOB_UNKNOWN',
  'BLOB_UPLOAD_INVALID',
  'BLOB_UPLOAD_UNKNOWN',
  'DIGEST_INVALID',
  'MANIFEST_BLOB_UNKNOWN',
  'MANIFEST_INVALID',
  'MANIFEST_UNKNOWN',
  'NAME_INVALID',
  'NAME_UNKNOWN',
  'SIZE_INVALID',
  'UNAUTHORIZED',
  'DENIED',
  'UNSUPPORTED',
  'TOOMANYREQUESTS',
  // distribution's
  'PAGINATION_NUMBER_INVALID',
] as const;

export type Code = (typeof CODES)[number];

export interface Fault {
  readonly code: string;
  readonly message: string;
  readonly detail?: unknown;
}

/** Reads an error, which must have the specification's shape. */
export async function readFaults(response: Response): Promise<Fault[]> {
  const text = await response.text();
  expect(response.headers.get('content-type'), text.slice(0, 200)).toBe('application/json');
  const { errors } = JSON.parse(text) as { errors: Fault[] };
  expect(errors.length).toBeGreaterThan(0);
  for (const fault of errors) {
    expect(CODES).toContain(fault.code);
    expect(fault.message.length).toBeGreaterThan(0);
  }
  return errors;
}

/** Asserts an error's status and code, and answers its entries. */
export async function expectFault(
  response: Response,
  status: number,
  code: Code,
): Promise<Fault[]> {
  const faults = await readFaults(response);
  expect([response.status, faults[0]?.code], faults[0]?.message).toEqual([status, code]);
  return faults;
}

/** Asserts a status, showing the answer when it is another one. */
export async function expectStatus(response: Response, status: number): Promise<Response> {
  if (response.status !== status) expect.fail(`${response.status}: ${await response.text()}`);
  return response;
}

/** A body of unknown length: it is sent chunked. */
export function chunked(bytes: Uint8Array, size = 64 * 1024): ReadableStream {
  let offset = 0;
  return new ReadableStream({
    type: 'bytes',
    pull(controller) {
      const chunk = bytes.slice(offset, offset + size);
      offset += chunk.length;
      if (chunk.length > 0) controller.enqueue(chunk);
      if (offset >= bytes.length) controller.close();
      if (chunk.length === 0) controller.byobRequest?.respond(0);
    },
  });
}
