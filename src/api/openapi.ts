import { type OpenAPIHono, type RouteConfig, z } from '@hono/zod-openapi';
import { SIGN_IN_ACTIONS, type SignInKind } from '../domain/roles.ts';
import { type EndpointAccess, requirementOf } from './guard.ts';
import type { ApiEnv } from './http.ts';

/** The error format of every endpoint. */
const problem = z
  .object({
    type: z.string(),
    title: z.string().openapi({ description: 'What went wrong, and how to fix it.' }),
    status: z.int(),
    code: z.string().openapi({ description: 'Stable, in kebab-case.', example: 'name-taken' }),
    field: z.string().optional(),
    detail: z.unknown().optional(),
    entries: z.array(z.unknown()).optional(),
    instance: z.string(),
  })
  .openapi('Problem');

const ERRORS = {
  400: 'A field is not valid.',
  401: 'Not signed in, or the credentials are wrong.',
  403: 'Not allowed.',
  404: 'Not found, or not open to the caller.',
  409: 'In conflict with the current state.',
  412: 'Changed in the meantime.',
  413: 'The body is too large, or the response would be.',
  415: 'The body is not JSON, or its Content-Type is not.',
  416: 'The range is outside the archive.',
  429: 'Too many attempts: wait.',
  500: 'Internal error: try again.',
  503: 'Temporarily unavailable: try again.',
} as const;

/** The errors that the guard, the validation and the kind of an endpoint can cause. */
export function errorResponses(access: EndpointAccess, config: RouteConfig) {
  const { path, method, request, responses } = config;
  const changes = method !== 'get';
  const inParts = responses[206] !== undefined;
  const statuses: Record<keyof typeof ERRORS, boolean> = {
    400: request !== undefined,
    401: true,
    403: access !== 'open' || changes,
    404: path.includes('{'),
    409: changes,
    412: true,
    413: inParts || request?.body !== undefined,
    415: request?.body !== undefined,
    416: inParts,
    429: true,
    500: true,
    503: true,
  };
  const possible = Object.entries(ERRORS).filter(
    ([status]) => statuses[Number(status) as keyof typeof ERRORS],
  );
  return Object.fromEntries(
    possible.map(([status, description]) => [status, problemResponse(description)]),
  );
}

/** The OpenAPI response of an error. */
export function problemResponse(description: string) {
  return { description, content: { 'application/problem+json': { schema: problem } } };
}

const SESSION = { session: [] };
const PASSWORD = { password: [] };
const TOKEN = { token: [] };
const ANONYMOUS = {};

/** The ways to sign in that an endpoint accepts; any one of them is enough. */
export function securityOf(access: EndpointAccess): Record<string, string[]>[] {
  const required = requirementOf(access);
  if (required === 'open') return [];
  if (typeof required === 'object') {
    const isEnough = (kind: SignInKind) => SIGN_IN_ACTIONS[kind].includes(required.action);
    return [
      SESSION,
      ...(isEnough('password') ? [PASSWORD] : []),
      ...(isEnough('token') ? [TOKEN] : []),
      ...(required.open ? [ANONYMOUS] : []),
    ];
  }
  if (required.startsWith('admin-session') || required === 'purge') return [SESSION];
  const isPerson = /^(person|own-password|admin)/.test(required);
  return isPerson ? [SESSION, PASSWORD] : [SESSION, PASSWORD, TOKEN];
}

const DESCRIPTION = `Everything that the console does, and more, for scripts and tools.

- **Times** are RFC 3339 in UTC, **sizes** bytes.
- **Lists** come in pages: \`next\` is the \`cursor\` of the next page, null at the end.
- **Errors** are \`application/problem+json\` with a stable \`code\` and the invalid \`field\`.
- **Preconditions**: every call honours \`If-Match\` and \`If-None-Match\` as RFC 9110 has them, or
  refuses them. Where there is no ETag, only \`*\` names what is there.
- **Unknown fields** are refused.
- **Bodies** have 64 KiB at most; 8 KiB to sign in, 128 KiB to delete versions, 512 KiB to change an
  image.
- **Hidden** resources respond as if they did not exist.
- **Browser sessions** can change things from the registry's own pages only.
- **Deleting for good and changing access** take a browser session; any other way to sign in gets
  \`session-required\`. A project can reserve them to its owners.
- **Lasting access**, as a user, a member, a token or public access, takes a sign-in whose password
  was given in the last 15 minutes; others get \`password-confirmation-required\`.
- **A push credential** is a robot: it pulls and pushes, views the images of its project, and deletes
  versions if an owner allows it.`;

/** Serves the OpenAPI document of all endpoints of an app. */
export function serveOpenApi(api: OpenAPIHono<ApiEnv>): void {
  const schemes = {
    session: {
      type: 'apiKey',
      in: 'cookie',
      name: 'orlop',
      description: 'Set by `POST /session`. Over https the cookie is named `__Host-orlop`.',
    },
    password: {
      type: 'http',
      scheme: 'basic',
      description:
        'A user name with a password or an access token, or the push credential of a project.',
    },
    token: { type: 'http', scheme: 'bearer', description: 'A personal access token.' },
  } as const;
  for (const [name, scheme] of Object.entries(schemes)) {
    api.openAPIRegistry.registerComponent('securitySchemes', name, scheme);
  }
  api.doc31('/openapi.json', {
    openapi: '3.1.0',
    info: { title: 'Orlop', version: '1', description: DESCRIPTION },
    servers: [{ url: '/api/v1' }],
  });
}
