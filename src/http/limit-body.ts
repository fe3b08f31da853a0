import type { Context, Env, MiddlewareHandler } from 'hono';
import { type ErrorCode, RegistryError } from '../domain/errors.ts';
import { bodyRequest, withWholeBody } from './whole-body.ts';

/** The most bytes of a body where a route names no other number. */
export const BODY_LIMIT = 64 * 1024;

/** How a route takes its body. */
export interface BodyLimit<E extends Env> {
  /** Bytes. */
  readonly limit: number;
  /** The error of a body that did not come whole. */
  readonly invalid: ErrorCode;
  /** Who sends it, as a key of the memory of large bodies. */
  readonly holderOf: (c: Context<E>) => string;
}

/**
 * Reads the whole body before the handler, which finds it in memory: within its limit, its time
 * and the memory of the isolate.
 * @throws RegistryError SIZE_INVALID, `invalid`, UNAVAILABLE
 */
export function limitBody<E extends Env>(rules: BodyLimit<E>): MiddlewareHandler<E> {
  return async (c, next) => {
    if (c.req.raw.body === null) return await next();
    const request = bodyRequest(c.req.raw, rules.limit, rules.holderOf(c));
    await withWholeBody(request, async ({ end, bytes }) => {
      if (end === 'too_long') throw tooLong(rules.limit);
      if (end === 'broken') throw new RegistryError(rules.invalid, 'the body ended early');
      if (end === 'slow') throw new RegistryError(rules.invalid, 'the body came too slowly');
      c.req.raw = new Request(c.req.raw, { body: bytes });
      await next();
    });
  };
}

function tooLong(limit: number): RegistryError {
  return new RegistryError('SIZE_INVALID', `the body may have ${limit / 1024} KiB at most`);
}
