import type { Call, Input, ResponseBody } from './contract.ts';
import { ApiError, readProblem } from './error.ts';

/** A response body with its ETag, which a later change takes; null: there is none. */
export interface Tagged<T> {
  readonly data: T;
  readonly etag: string | null;
}

interface RawInput {
  readonly params?: Readonly<Record<string, string | number>>;
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly body?: unknown;
}

type Rest<C extends Call> = object extends Input<C> ? [input?: Input<C>] : [input: Input<C>];

/** Called when a response says that no one is signed in any more. */
type SessionListener = () => void;
const listeners = new Set<SessionListener>();

/** Calls `listener` whenever a request finds that the session has ended; returns how to stop. */
export function onSessionEnd(listener: SessionListener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Asks the user for the password again; false if the user does not give it. */
type AskForPassword = () => Promise<boolean>;
let askForPassword: AskForPassword = async () => false;

/** Sets what asks for the password when a call needs it again; returns how to unset it. */
export function onPasswordNeeded(ask: AskForPassword): () => void {
  askForPassword = ask;
  return () => {
    askForPassword = async () => false;
  };
}

/**
 * Calls the management API, `get /images`; input and result are typed by the contract of the
 * server.
 * @throws ApiError the error of the response, or `offline` if the server could not be reached
 */
export async function api<C extends Call>(call: C, ...rest: Rest<C>): Promise<ResponseBody<C>> {
  return (await apiTagged(call, ...rest)).data;
}

/** As `api`, with the ETag of the response. */
export async function apiTagged<C extends Call>(
  name: C,
  ...[given]: Rest<C>
): Promise<Tagged<ResponseBody<C>>> {
  const [method = '', path = ''] = name.split(' ');
  const input = (given ?? {}) as RawInput;
  const call = () => send(method, `/api/v1${fillPath(path, input)}`, input);
  let response = await call();
  if (!response.ok) {
    const error = await fail(response);
    const isOldSignIn = error.code === 'password-confirmation-required';
    if (!isOldSignIn || !(await askForPassword())) throw error;
    response = await call();
    if (!response.ok) throw await fail(response);
  }
  const text = await response.text();
  const data = (text === '' ? undefined : JSON.parse(text)) as ResponseBody<C>;
  return { data, etag: response.headers.get('etag') };
}

async function send(method: string, url: string, input: RawInput): Promise<Response> {
  const headers = new Headers();
  for (const [name, value] of Object.entries(input.headers ?? {})) {
    if (value !== undefined) headers.set(name, value);
  }
  if (input.body !== undefined) headers.set('content-type', 'application/json');
  const body = input.body === undefined ? null : JSON.stringify(input.body);
  try {
    return await fetch(url, { method: method.toUpperCase(), headers, body });
  } catch {
    throw new ApiError({ status: 0, code: 'offline', title: 'The server cannot be reached.' });
  }
}

async function fail(response: Response): Promise<ApiError> {
  const error = await readProblem(response);
  if (error.code === 'unauthorized') for (const listener of listeners) listener();
  return error;
}

function fillPath(path: string, { params = {}, query = {} }: RawInput): string {
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(String(params[name])),
  );
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== '') search.set(name, String(value));
  }
  return search.size === 0 ? filled : `${filled}?${search}`;
}
