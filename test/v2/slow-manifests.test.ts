/** Manifests that come slowly do not keep those of others out of memory. */
import { beforeAll, test } from 'vitest';
import { imageText, TYPES } from '../support/worker/content.ts';
import { makeProject, makeUser, makeWorkspace, type User } from '../support/worker/people.ts';
import { pushImage } from '../support/worker/push.ts';
import { expectStatus, send } from '../support/worker/registry-client.ts';

const KIB = 1024;

let workspace: string;
let slow: User;
let other: User;

beforeAll(async () => {
  const project = await makeProject();
  workspace = await makeWorkspace(project);
  slow = await makeUser({ [project]: 'developer' });
  other = await makeUser({ [project]: 'developer' });
});

/** A manifest of a declared length of which 70 KiB come, and nothing more. */
function begin(who: User, declared = 4096 * KIB) {
  const { readable, writable } = new FixedLengthStream(declared);
  const writer = writable.getWriter();
  writer.write(new Uint8Array(70 * KIB).fill(32)).catch(() => {});
  const answer = send(who.authorization, 'PUT', `/v2/${workspace}/slow/manifests/v1`, {
    headers: { 'content-type': TYPES.image },
    body: readable,
  });
  return { answer, stop: () => writer.abort(new Error('gone')).catch(() => {}) };
}

async function pushLarge(who: User) {
  const image = await pushImage(`${workspace}/app`, null);
  const text = imageText(image.config, image.layers, { filler: 'x'.repeat(100 * KIB) });
  return await send(who.authorization, 'PUT', `/v2/${workspace}/app/manifests/v1`, {
    headers: { 'content-type': TYPES.image },
    body: text,
  });
}

const turns = async () => {
  for (let i = 0; i < 50; i++) await scheduler.wait(0);
};

test("a user's own slow manifests do not stop another user's", async () => {
  const held = Array.from({ length: 4 }, () => begin(slow));
  await turns();
  await expectStatus(await pushLarge(other), 201);
  for (const { stop, answer } of held) {
    await stop();
    await answer.catch(() => {});
  }
});
