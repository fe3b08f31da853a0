import {
  createRoute,
  type OpenAPIHono,
  type RouteConfig,
  type RouteHandler,
  z,
} from '@hono/zod-openapi';
import { formatSubject } from '../auth/principal.ts';
import { BODY_LIMIT, limitBody } from '../http/limit-body.ts';
import { changeConditionally, refuseIfNoneMatch } from '../http/preconditions.ts';
import { authorizeBody, type EndpointAccess, guard, requirementOf } from './guard.ts';
import type { ApiContext, ApiEnv } from './http.ts';
import { errorResponses, securityOf } from './openapi.ts';

/**
 * One call of the API: its contract, the access it requires, and its handler. The console's client
 * derives its types from the contract.
 */
export interface Endpoint<R extends RouteConfig = RouteConfig> {
  readonly contract: R;
  readonly method: string;
  readonly path: string;
  readonly access: EndpointAccess;
  /** Adds the endpoint to an app. Generated clients name the call by its `operationId`. */
  register(app: OpenAPIHono<ApiEnv>, operationId: string): void;
}

/**
 * Creates an endpoint. Authorization comes before any validation of the request, except of what
 * its body asks for in addition. The errors of the guard and of the validation are added to the
 * contract. A body may have 64 KiB, or `bodyLimit` bytes.
 */
export function endpoint<
  M extends RouteConfig['method'],
  P extends string,
  R extends RouteConfig & { method: M; path: P },
>(
  access: EndpointAccess,
  { bodyLimit = BODY_LIMIT, ...rest }: R & { method: M; path: P; bodyLimit?: number },
  handler: RouteHandler<R, ApiEnv>,
): Endpoint<R> {
  const config = rest as unknown as R & { method: M; path: P };
  const { method, path } = config;
  const takeBody = limitBody<ApiEnv>({
    limit: bodyLimit,
    invalid: 'FIELD_INVALID',
    holderOf: (c) => formatSubject(c.var.principal),
  });
  const route = {
    ...config,
    middleware: [
      guard(requirementOf(access)),
      config.request?.headers ? refuseIfNoneMatch : changeConditionally,
      ...(config.request?.body ? [takeBody] : []),
    ],
    security: config.security ?? securityOf(access),
    responses: { ...errorResponses(access, config), ...config.responses },
  };
  return {
    contract: config,
    method,
    path,
    access,
    // The handler is typed by the contract above; only errors are added to it here.
    register: (app, operationId) =>
      void app.openapi(
        createRoute({ ...route, operationId }),
        authorized(access, handler) as never,
      ),
  };
}

/** The handler, after the authorization of what the body asks for. */
function authorized<H extends (c: never, next: never) => unknown>(
  access: EndpointAccess,
  handler: H,
) {
  if (typeof access === 'string' || !('always' in access)) return handler;
  return async (c: ApiContext, next: never) => {
    await authorizeBody(c, access.also, c.req.valid('json' as never));
    return await handler(c as never, next);
  };
}

/** The OpenAPI response with a JSON body. */
export function jsonResponse<T extends z.ZodType>(schema: T, description: string) {
  return { description, content: { 'application/json': { schema } } };
}

/** The OpenAPI request body: required JSON. */
export function jsonBody<T extends z.ZodType>(schema: T) {
  return { required: true, content: { 'application/json': { schema } } } as const;
}

/** The schema of a page of a list: its entries and the cursor of the next page. */
export function pageOf<T extends z.ZodType>(schema: T) {
  return z.object({
    items: z.array(schema),
    next: z
      .string()
      .nullable()
      .openapi({ description: 'Cursor of the next page; null at the end.' }),
  });
}
