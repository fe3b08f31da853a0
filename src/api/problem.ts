import { HTTPException } from 'hono/http-exception';
import { RegistryError } from '../domain/errors.ts';
import type { Env } from '../env.ts';
import { reportUnexpected } from '../http/unexpected.ts';

/** What an error is rendered by, in every context of this module. */
interface ProblemContext {
  readonly req: { readonly path: string };
  readonly env: Env;
}

/**
 * Renders every error of /api, and of the addresses beside it, as problem+json with a stable `code`
 * and, if one is invalid, the `field`.
 * https://www.rfc-editor.org/rfc/rfc9457
 */
export async function renderProblem(error: unknown, c: ProblemContext): Promise<Response> {
  const known = await toRegistryError(error, c);
  const { detail, field, entries, headers } = known.extras;
  const problem = {
    type: 'about:blank',
    title: known.message,
    status: known.status,
    code: errorCode(known),
    ...(field === undefined ? {} : { field }),
    ...(detail === undefined ? {} : { detail }),
    ...(entries === undefined ? {} : { entries }),
    instance: c.req.path,
  };
  const response = Response.json(problem, { status: known.status, headers: { ...headers } });
  response.headers.set('content-type', 'application/problem+json');
  response.headers.set('cache-control', 'no-store');
  if (known.status === 503 && headers?.['retry-after'] === undefined) {
    response.headers.set('retry-after', '5');
  }
  return response;
}

/** The stable code of an error, as /api returns it. */
export function errorCode(error: RegistryError): string {
  return error.code.toLowerCase().replaceAll('_', '-');
}

async function toRegistryError(error: unknown, c: ProblemContext): Promise<RegistryError> {
  if (error instanceof RegistryError) return error;
  if (error instanceof HTTPException && error.status === 400) {
    return new RegistryError('FIELD_INVALID', 'the body is not valid JSON');
  }
  if (error instanceof HTTPException && error.status === 415) {
    return new RegistryError('MEDIA_TYPE_UNSUPPORTED', 'send the body as application/json');
  }
  return await reportUnexpected(error, c.env.DISK);
}
