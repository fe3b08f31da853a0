import type { Principal } from '../auth/principal.ts';
import { beginSession, endSession } from '../auth/sessions.ts';
import { signIn, signInServices } from '../auth/sign-in.ts';
import { RegistryError } from '../domain/errors.ts';
import { clientAddress } from '../http/client-address.ts';
import { me, signInBody } from './contracts/session.ts';
import { dropSessionCookie, writeSessionCookie } from './cookie.ts';
import { endpoint, jsonBody, jsonResponse } from './endpoint.ts';

const tags = ['Session'];

export const createSession = endpoint(
  'open',
  {
    method: 'post',
    path: '/session',
    // Anyone may send it.
    bodyLimit: 8 * 1024,
    tags,
    summary: 'Sign in; the response sets the session cookie',
    request: { body: jsonBody(signInBody) },
    responses: { 200: jsonResponse(me, 'Signed in.') },
  },
  async (c) => {
    const { config, services, session } = c.var;
    const address = clientAddress(c);
    const given = c.req.valid('json');
    const principal = await signIn(signInServices(c), config, { ...given, address });
    const isUser = principal.kind === 'user' && principal.refreshTokenId === null;
    if (!isUser || principal.tokenId !== null) {
      throw new RegistryError('SIGN_IN_FAILED', 'the console requires the password of a user');
    }
    const userAgent = c.req.header('user-agent') ?? '';
    const secret = await beginSession(services.db, config, principal, { userAgent, address });
    // The new cookie replaces this session's cookie, so no one could end the session later.
    if (session) await endSession(services.db, session);
    writeSessionCookie(c, secret);
    return c.json(principalBody(principal), 200);
  },
);

export const getSession = endpoint(
  'open',
  {
    method: 'get',
    path: '/session',
    tags,
    summary: 'View who is signed in',
    responses: { 200: jsonResponse(me, 'The signed-in principal.') },
  },
  (c) => c.json(principalBody(c.var.principal), 200),
);

export const deleteSession = endpoint(
  'open',
  {
    method: 'delete',
    path: '/session',
    tags,
    summary: 'Sign out',
    responses: { 204: { description: 'Signed out.' } },
  },
  async (c) => {
    const { services, session } = c.var;
    if (session) await endSession(services.db, session);
    dropSessionCookie(c);
    return c.body(null, 204);
  },
);

function principalBody(principal: Principal) {
  if (principal.kind === 'anonymous')
    throw new RegistryError('UNAUTHORIZED', 'no one is signed in');
  if (principal.kind === 'robot') {
    const { kind, name } = principal;
    return { kind, name, isAdmin: false, mustChangePassword: false, roles: [] };
  }
  const { kind, name, isAdmin, mustChangePassword } = principal;
  const roles = [...principal.roles].map(([projectId, role]) => ({ projectId, role }));
  return { kind, name, isAdmin, mustChangePassword, roles };
}
