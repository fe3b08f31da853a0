import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Server, startServer } from '../support/server.ts';
import { type Image, makeImage } from './support/image.ts';
import { type Interrupted, LAYER_SIZE, points } from './support/points.ts';
import { digestsOf, Repository } from './support/repository.ts';
import { readOffset, sendRest } from './support/resume.ts';

let server: Server;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server?.stop());

describe('a server that is killed', () => {
  test.each(Object.entries(points))(
    '%s: nothing shows by halves, and the push can be repeated',
    async (name, reach) => {
      const repository = new Repository(server, name.replaceAll(/\W+/g, '-').toLowerCase());
      const image = makeImage(LAYER_SIZE);

      const interrupted = await reach(repository, image);
      await server.kill();
      await server.restart();

      await expectNothingByHalves(repository, image);
      await resume(repository, image, interrupted);
      await repository.pushImage(image, 'latest');
      expect(await repository.pull('latest')).toEqual(digestsOf(image));
    },
  );
});

/** Reading verifies what is there; and a tag is there with all of its content or not at all. */
async function expectNothingByHalves(repository: Repository, image: Image): Promise<void> {
  for (const { digest } of [image.layer, image.config]) await repository.readBlob(digest);
  const pulled = await repository.pull('latest');
  if (pulled) expect(pulled).toEqual(digestsOf(image));
}

/** Goes on where the registry says; an upload it does not know any more has made its blob. */
async function resume(
  repository: Repository,
  { layer }: Image,
  { location, sent, kept }: Interrupted,
): Promise<void> {
  if (location === null) return;
  const offset = await readOffset(repository.server, location);
  if (offset !== null) {
    expect(offset).toBeGreaterThanOrEqual(kept);
    expect(offset).toBeLessThanOrEqual(sent);
    await sendRest(repository.server, location, layer.bytes, offset);
    expect((await repository.finish(location, layer.digest)).status).toBe(201);
  }
  expect(await repository.readBlob(layer.digest)).not.toBeNull();
}
