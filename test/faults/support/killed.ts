/** A push whose server is killed in the middle. */
import { expect } from 'vitest';
import type { Server } from '../../support/server.ts';
import { type Image, makeImage } from './image.ts';
import { type Interrupted, LAYER_SIZE, type Point } from './points.ts';
import { digestsOf, Repository } from './repository.ts';
import { readOffset, sendRest } from './resume.ts';

/** Pushes as far as the point, kills the server, and finds nothing by halves after its restart. */
export async function expectNothingLost(server: Server, name: string, reach: Point): Promise<void> {
  const repository = new Repository(server, name.replaceAll(/\W+/g, '-').toLowerCase());
  const image = makeImage(LAYER_SIZE);

  const interrupted = await reach(repository, image);
  await server.kill();
  await server.restart();

  await expectNothingByHalves(repository, image);
  await resume(repository, image, interrupted);
  await repository.pushImage(image, 'latest');
  expect(await repository.pull('latest')).toEqual(digestsOf(image));
}

/** Reading verifies what is there; and a tag is there with all of its content or not at all. */
async function expectNothingByHalves(repository: Repository, image: Image): Promise<void> {
  for (const { digest } of [image.layer, image.config]) await repository.readBlob(digest);
  const pulled = await repository.pull('latest');
  if (pulled) expect(pulled).toEqual(digestsOf(image));
}

/** Continues where the registry says; an upload it does not know any more has made its blob. */
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
