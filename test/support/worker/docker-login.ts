import { bearer, expectStatus, ORIGIN, send, type Who } from './registry-client.ts';

/** What the token service returns to docker. */
interface DockerTokens {
  readonly token: string;
  readonly refresh_token?: string;
}

/** Asks the token service as docker does before it pulls or pushes. */
export async function askToken(who: Who, scope: string, headers = {}): Promise<Response> {
  const query = new URLSearchParams({ service: 'registry.test', scope, offline_token: 'true' });
  return await send(who, 'GET', `/v2/token?${query}`, { headers });
}

/** A login that must succeed; returns the header of its token, and the identity token. */
export async function dockerLogin(
  who: Who,
  repository: string,
  actions = 'pull,push,delete',
): Promise<{ readonly header: string; readonly identity: string }> {
  const answer = await askToken(who, `repository:${repository}:${actions}`);
  const { token, refresh_token = '' } = (await (
    await expectStatus(answer, 200)
  ).json()) as DockerTokens;
  return { header: bearer(token), identity: refresh_token };
}

/** Asks the token service with docker's identity token. */
export async function refresh(identity: string): Promise<Response> {
  const form = new URLSearchParams({
    grant_type: 'refresh_token',
    service: new URL(ORIGIN).host,
    refresh_token: identity,
  });
  return await send(null, 'POST', '/v2/token', {
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: form.toString(),
  });
}

/** The status of pulling a version. */
export async function pullStatus(who: Who, repository: string, tag: string): Promise<number> {
  return (await send(who, 'GET', `/v2/${repository}/manifests/${tag}`)).status;
}

/** The status of beginning a push. */
export async function pushStatus(who: Who, repository: string): Promise<number> {
  return (await send(who, 'POST', `/v2/${repository}/blobs/uploads/`)).status;
}
