import { beforeAll, expect, test } from 'vitest';
import { freshBytes, sha256 } from '../support/worker/content.ts';
import { query } from '../support/worker/database.ts';
import { makeUser } from '../support/worker/people.ts';
import { withDigest } from '../support/worker/push.ts';
import { bearer, expectStatus } from '../support/worker/registry-client.ts';
import { type Isolate, openIsolate, tripsOf } from './support/isolates.ts';
import { later } from './support/later.ts';
import { ask, makeScene } from './support/scenes.ts';

/*
 * The address of an upload carries the decision about its push to isolates that know nothing of it.
 */

/** Isolates that know nothing of each other, by what they are asked for. */
let signing: Isolate;
let soon: Isolate;
let late: Isolate;

beforeAll(async () => {
  [signing, soon, late] = [await openIsolate(), await openIsolate(), await openIsolate()];
});

/** A push to an image that is not there yet, begun with a token that is older than a minute. */
async function beginPush() {
  const scene = await makeScene();
  const repository = `${scene.workspace}/new`;
  const token = await ask(signing, scene.user.authorization, { ...scene, repository });
  const path = `/v2/${repository}/blobs/uploads/`;
  const begun = await later(90, () => soon.send(token, 'POST', path));
  await expectStatus(begun, 202);
  return { scene, token, location: begun.headers.get('location') ?? '' };
}

const append = (isolate: Isolate, token: string, location: string, body: Uint8Array) =>
  isolate.send(token, 'PATCH', location, { body });

test('carries what another isolate needs to continue it', async () => {
  const { token, location } = await beginPush();
  const bytes = freshBytes();
  await later(95, async () => {
    let next = '';
    const appending = await tripsOf(late, async () => {
      const answer = await append(late, token, location, bytes);
      await expectStatus(answer, 202);
      next = answer.headers.get('location') ?? '';
    });
    const put = await tripsOf(late, async () =>
      expectStatus(await late.send(token, 'PUT', withDigest(next, sha256(bytes))), 201),
    );
    // The upload's object publishes the blob.
    expect([appending, put]).toEqual([0, 0]);
  });
});

test('is continued with a whole body in the one transaction that publishes it', async () => {
  const { token, location } = await beginPush();
  const body = freshBytes();
  const headers = { 'content-length': String(body.length) };
  await later(95, async () => {
    const put = () =>
      late.send(token, 'PUT', withDigest(location, sha256(body)), { headers, body });
    expect(await tripsOf(late, async () => expectStatus(await put(), 201))).toBe(1);
  });
});

test('gets no younger as it is continued', async () => {
  const { scene, token, location } = await beginPush();
  await query('DELETE FROM members WHERE user_id = ?', scene.user.id);
  const next = await later(140, async () => {
    const answer = await append(late, token, location, freshBytes());
    await expectStatus(answer, 202);
    return answer.headers.get('location') ?? '';
  });
  for (const [isolate, address] of [
    [late, next],
    [soon, next],
    [signing, location],
  ] as const) {
    const answer = await later(152, () => append(isolate, token, address, freshBytes()));
    expect(answer.status).toBe(403);
  }
});

test('opens nothing to another principal whose own right has ended', async () => {
  const { scene, location } = await beginPush();
  const other = await makeUser({ [scene.project]: 'developer' });
  const repository = `${scene.workspace}/new`;
  const token = await ask(signing, other.authorization, { ...scene, repository });
  await query('DELETE FROM members WHERE user_id = ?', other.id);
  await later(95, async () => {
    expect((await append(late, token, location, freshBytes())).status).toBe(403);
  });
});

test('opens nothing to another principal, nor to a token for less', async () => {
  const { scene, location } = await beginPush();
  const other = await makeUser({ [scene.project]: 'viewer' });
  const repository = `${scene.workspace}/new`;
  await later(95, async () => {
    const token = await ask(signing, other.authorization, { ...scene, repository });
    const refused = await append(late, token, location, freshBytes());
    expect(refused.status).toBe(403);
    const path = `/v2/token?service=registry.test&scope=repository:${repository}:pull`;
    const answer = await signing.send(scene.user.authorization, 'GET', path);
    const toPull = bearer(((await answer.json()) as { token: string }).token);
    expect((await append(late, toPull, location, freshBytes())).status).toBe(401);
  });
});
