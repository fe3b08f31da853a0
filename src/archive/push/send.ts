/** One request to a registry's /v2, already signed in: `path` starts with /v2/ or is an absolute URL the registry answered as a Location. The body is a string, bytes or a Blob, or (Node) a stream. */
export interface SendRequest {
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: BodyInit | null;
  readonly signal?: AbortSignal;
}
export type Send = (request: SendRequest) => Promise<Response>;
