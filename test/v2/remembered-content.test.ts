/** Content by digest that an isolate has read within the minute: no query reads it again. */
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { type Isolate, openIsolate, tripsOf } from '../auth/support/isolates.ts';
import { afterAMinute } from '../auth/support/later.ts';
import { freshBytes } from '../support/worker/content.ts';
import { bindings, blobKey } from '../support/worker/database.ts';
import { makePlace } from '../support/worker/people.ts';
import { type PushedImage, pushBlob, pushImage } from '../support/worker/push.ts';
import { bearer } from '../support/worker/registry-client.ts';
import { damagedDigests, watchLog } from '../support/worker/storage.ts';
import { getToken } from '../support/worker/token-service.ts';

let repository: string;
let developer: string;
let image: PushedImage;
let isolate: Isolate;

beforeEach(async () => {
  const place = await makePlace();
  developer = place.developer;
  repository = `${place.workspace}/app`;
  image = await pushImage(repository, 'v1');
  isolate = await openIsolate();
});

/** A request of a client with a token of its own. */
async function ask(method: string, path: string) {
  const { token } = await getToken(
    developer,
    `scope=repository:${repository}${method === 'DELETE' ? ':delete' : ':pull,push'}`,
  );
  let status = 0;
  const trips = await tripsOf(isolate, async () => {
    const answer = await isolate.send(bearer(token), method, `/v2/${repository}/${path}`);
    await answer.arrayBuffer().catch(() => null);
    status = answer.status;
  });
  return { status, trips };
}

const manifest = () => `manifests/${image.digest}`;
const blob = () => `blobs/${image.config.digest}`;

describe.each([
  ['GET', 'a manifest', manifest],
  ['HEAD', 'a manifest', manifest],
  ['GET', 'a blob', blob],
  ['HEAD', 'a blob', blob],
])('%s of %s', (method, _, path) => {
  test('is read once in a minute, whoever asks', async () => {
    expect(await ask(method, path())).toEqual({ status: 200, trips: 1 });
    expect(await ask(method, path())).toEqual({ status: 200, trips: 0 });
    expect(await afterAMinute(() => ask(method, path()))).toEqual({ status: 200, trips: 1 });
  });

  test('is read again after a deletion that the isolate has made', async () => {
    await ask(method, path());
    const gone = await pushImage(repository, 'v2');
    expect((await ask('DELETE', `manifests/${gone.digest}`)).status).toBe(202);
    expect((await ask(method, path())).trips).toBe(1);
  });
});

test('what is not in use is read each time: a HEAD renews it', async () => {
  const digest = await pushBlob(repository, freshBytes(), developer);
  for (const _ of [1, 2]) {
    expect(await ask('HEAD', `blobs/${digest}`)).toMatchObject({ status: 200, trips: 1 });
  }
});

test('a blob that the isolate finds lost is not reported to exist', async () => {
  watchLog();
  expect((await ask('HEAD', blob())).status).toBe(200);
  await bindings.BUCKET.delete(await blobKey(image.config.digest));
  expect((await ask('GET', blob())).status).toBeGreaterThanOrEqual(500);
  await vi.waitFor(async () => expect(await damagedDigests()).toContain(image.config.digest));
  expect((await ask('HEAD', blob())).status).toBe(404);
});
