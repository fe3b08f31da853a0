import { makeToken } from '../../support/worker/access-tokens.ts';
import { call, expectAnswer, signInAs } from '../../support/worker/api-client.ts';
import { makePlace, makeUser, type User } from '../../support/worker/people.ts';
import { type PushedImage, pushImage } from '../../support/worker/push.ts';
import { basic, bearer, expectStatus, type Who } from '../../support/worker/registry-client.ts';
import { makeRobot } from '../../support/worker/robots.ts';
import type { Isolate } from './isolates.ts';

/** What a test makes: an image, and someone who has a token for it. */
export interface Scene {
  readonly project: number;
  readonly workspace: string;
  readonly repository: string;
  readonly image: PushedImage;
  readonly user: User;
  readonly developer: string;
}

/** An image, and a developer of its project. */
export async function makeScene(access: 'private' | 'public' = 'private'): Promise<Scene> {
  const { project, workspace, developer } = await makePlace(access);
  const repository = `${workspace}/app`;
  const image = await pushImage(repository, 'v1');
  const user = await makeUser({ [project]: 'developer' });
  return { project, workspace, repository, image, user, developer };
}

/** Asks an isolate for a token. */
export async function ask(
  isolate: Isolate,
  who: Who,
  { repository }: Scene,
  actions = 'pull,push',
): Promise<string> {
  const path = `/v2/token?service=registry.test&scope=repository:${repository}:${actions}`;
  const answer = await expectStatus(await isolate.send(who, 'GET', path), 200);
  return bearer(((await answer.json()) as { token: string }).token);
}

async function postRefreshToken(isolate: Isolate, identity: string, scope: string) {
  const form = { grant_type: 'refresh_token', refresh_token: identity, scope };
  return await isolate.send(null, 'POST', '/v2/token', {
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(form).toString(),
  });
}

/** How a client gets a token from an isolate; asked for again, it is what the client shows then. */
export type Client = (
  scene: Scene,
  signing: Isolate,
) => Promise<(isolate: Isolate) => Promise<string>>;

export const byPassword: Client = async (scene) => (isolate) =>
  ask(isolate, scene.user.authorization, scene);
export const byCredential: Client = async (scene) => (isolate) =>
  ask(isolate, scene.developer, scene);
export const byNothing: Client = async (scene) => (isolate) => ask(isolate, null, scene, 'pull');
export const byAccessToken: Client = async (scene) => {
  const { secret } = await makeToken(await signInAs(scene.user));
  return (isolate) => ask(isolate, basic(scene.user.name, secret), scene);
};
export const byRefreshToken: Client = async (scene, signing) => {
  const login = '/v2/token?service=registry.test&offline_token=true';
  const answer = await signing.send(scene.user.authorization, 'GET', login);
  const { refresh_token } = (await answer.json()) as { refresh_token: string };
  return async (isolate) => {
    const scope = `repository:${scene.repository}:pull,push`;
    const granted = await expectStatus(await postRefreshToken(isolate, refresh_token, scope), 200);
    return bearer(((await granted.json()) as { token: string }).token);
  };
};
/** By a temporary login, which is a refresh token with a secret. */
export const byTemporaryLogin: Client = async (scene) => {
  const { name } = scene.user;
  const answer = await call<{ secret: string }>(
    await signInAs(scene.user),
    'POST',
    '/account/docker-logins',
    {},
  );
  const { secret } = expectAnswer(answer, 201);
  return (isolate) => ask(isolate, basic(name, secret), scene);
};
export const byRobot: Client = async (scene) => {
  const { authorization } = await makeRobot(scene.project);
  return (isolate) => ask(isolate, authorization, scene);
};
export const byStranger: Client = async (scene) => {
  const { authorization } = await makeUser();
  return (isolate) => ask(isolate, authorization, scene, 'pull');
};
