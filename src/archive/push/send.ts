/**
 * A request to a registry. `path` starts with /v2/, or is an absolute URL from a Location header.
 * In Node the body may be a stream.
 */
export interface SendRequest {
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: BodyInit | null;
  readonly signal?: AbortSignal;
}

/** Makes a request with the credentials of the user. */
export type Send = (request: SendRequest) => Promise<Response>;
