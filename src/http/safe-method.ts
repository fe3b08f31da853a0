import type { Context } from 'hono';

/** Whether the method of a request changes nothing. */
export function isSafe({ req }: Pick<Context, 'req'>): boolean {
  return ['GET', 'HEAD', 'OPTIONS'].includes(req.method);
}
