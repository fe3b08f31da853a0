import { accessWorkspace } from '../auth/access.ts';
import { grantTo, signDelegated } from '../auth/scoped-sign-in.ts';
import { ACCESS_TOKEN_SECONDS } from '../auth/tokens.ts';
import { formatRepositoryName, parseRepositoryName } from '../domain/names.ts';
import type { Scope } from '../domain/scopes.ts';
import { registryToken, registryTokenRequest } from './contracts/registry-token.ts';
import { endpoint, jsonBody, jsonResponse } from './endpoint.ts';
import { formatTime } from './http.ts';
import { problemResponse } from './openapi.ts';

export const createRegistryToken = endpoint(
  // The image is authorized in the handler.
  'client',
  {
    method: 'post',
    path: '/registry-token',
    tags: ['Session'],
    summary: 'Create a short-lived token to push to or pull from one image at /v2',
    description:
      'To be handed on: it reaches no other image, and mounts layers from none. It expires early if the caller loses the right.',
    request: { body: jsonBody(registryTokenRequest) },
    responses: {
      200: jsonResponse(registryToken, 'The token.'),
      404: problemResponse('There is no such workspace, or it is not open to the caller.'),
    },
  },
  async (c) => {
    const { config, services, principal } = c.var;
    const { workspace, image, actions } = c.req.valid('json');
    const name = parseRepositoryName(`${workspace}/${image}`);
    for (const action of actions) {
      await accessWorkspace(services.db, principal, name.workspace, `image:${action}`);
    }
    const scope: Scope = { type: 'repository', name: formatRepositoryName(name), actions };
    const token = await signDelegated(config, await grantTo(services.db, principal, [scope]));
    const expiresAt = formatTime(Date.now() + ACCESS_TOKEN_SECONDS * 1000);
    return c.json({ token, expiresAt }, 200);
  },
);
