import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Server, startServer } from '../support/server.ts';
import { type Image, makeImage, PART } from './support/image.ts';
import { digestsOf, Repository } from './support/repository.ts';

let server: Server;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server?.stop());

/** Sizes of the layers, one for each round. */
const rounds = [...Array.from({ length: 8 }, (_, n) => 100_000 + n), PART + 1, 2 * PART + 5];

describe.each(rounds)('two clients at once, with a layer of %i bytes', (size) => {
  const repository = () => new Repository(server, `at-once-${size}`);

  test('push the same image under the same tag', async () => {
    const image = makeImage(size);
    await Promise.all([1, 2].map(() => repository().pushImage(image, 'same')));
    expect(await repository().pull('same')).toEqual(digestsOf(image));
  });

  test('push the same blob to two repositories, one streamed and one whole', async () => {
    const { layer } = makeImage(size);
    const other = new Repository(server, `beside-${size}`);
    const whole = async () => other.finish(await other.begin(), layer.digest, layer.bytes);
    const [, { status }] = await Promise.all([repository().pushBlob(layer), whole()]);
    expect(status).toBe(201);
    expect(await repository().readBlob(layer.digest)).not.toBeNull();
    expect(await other.readBlob(layer.digest)).not.toBeNull();
  });

  test('push different images under one tag: it is one of them, whole', async () => {
    const images = [makeImage(size), makeImage(size)];
    await Promise.all(images.map((image) => repository().pushImage(image, 'contended')));
    expect(images.map(digestsOf)).toContainEqual(await repository().pull('contended'));
    for (const image of images) {
      expect(await repository().pull(image.manifest.digest)).toEqual(digestsOf(image));
    }
  });

  test('move one tag while a third pulls it', async () => {
    const images = [makeImage(10), makeImage(size)] as const;
    await repository().pushImage(images[0], 'moving');
    const pulls = Array.from({ length: 3 }, () => repository().pull('moving'));
    const [, ...pulled] = await Promise.all([
      repository().pushImage(images[1], 'moving'),
      ...pulls,
    ]);
    for (const digests of pulled) expect(images.map(digestsOf)).toContainEqual(digests);
    expect(await repository().pull('moving')).toEqual(digestsOf(images[1]));
  });

  test('create one tag, each only if it is new: one of them succeeds', async () => {
    const images = [makeImage(size), makeImage(size)];
    const statuses = await Promise.all(images.map((image) => pushIfNone(repository(), image)));
    expect(statuses.sort()).toEqual([201, 412]);
    expect(images.map(digestsOf)).toContainEqual(await repository().pull('first'));
  });
});

async function pushIfNone(repository: Repository, image: Image): Promise<number> {
  await repository.pushBlob(image.layer);
  await repository.pushBlob(image.config);
  const answer = await repository.putManifest(image.manifest, 'first', { 'if-none-match': '*' });
  return answer.status;
}
