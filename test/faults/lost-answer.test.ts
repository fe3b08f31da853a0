import { afterAll, beforeAll, expect, test } from 'vitest';
import { waitFor } from '../support/clients/wait.ts';
import { type Server, startServer } from '../support/server.ts';
import { type Image, MANIFEST_TYPE, makeImage, PART } from './support/image.ts';
import { digestsOf, Repository } from './support/repository.ts';
import { readOffset } from './support/resume.ts';
import { ask, Sending } from './support/wire.ts';

let server: Server;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server?.stop());

test('a manifest whose response was lost can be PUT again, and there is one tag', async () => {
  const repository = new Repository(server, 'lost-manifest');
  for (const image of [makeImage(1000), makeImage(1001)]) {
    await repository.pushBlob(image.layer);
    await repository.pushBlob(image.config);
    await putManifestAndDisconnect(repository, image);
    for (let again = 0; again < 3; again++) {
      const answer = await repository.putManifest(image.manifest, 'latest');
      expect(answer.status).toBe(201);
      expect(answer.headers['docker-content-digest']).toBe(image.manifest.digest);
    }
    expect(await repository.pull('latest')).toEqual(digestsOf(image));
  }
  const tags = await ask(server, 'GET', `${repository.path}/tags/list`);
  expect(JSON.parse(tags.body.toString()).tags).toEqual(['latest']);
});

test.each([1000, PART + 1])(
  'a blob of %i bytes whose response was lost is there, and can be pushed again',
  async (size) => {
    const repository = new Repository(server, 'lost-blob');
    const { layer } = makeImage(size);
    const location = await repository.begin();
    await new Sending(server, 'PATCH', location).end(layer.bytes);
    const path = `${location}?digest=${layer.digest}`;
    const put = new Sending(server, 'PUT', path, { 'content-length': 0 });
    await put.write();
    await waitFor('the upload ends', async () => (await readOffset(server, location)) === null);
    put.destroy();
    expect((await repository.finish(location, layer.digest)).status).toBe(404);
    expect(await repository.readBlob(layer.digest)).not.toBeNull();
    await repository.pushBlob(layer);
  },
);

/** Sends the whole request and breaks the connection; the server may have stored it or not. */
async function putManifestAndDisconnect(
  repository: Repository,
  { manifest }: Image,
): Promise<void> {
  const path = `${repository.path}/manifests/latest`;
  const headers = { 'content-type': MANIFEST_TYPE, 'content-length': manifest.bytes.length };
  const put = new Sending(repository.server, 'PUT', path, headers);
  await put.write(manifest.bytes);
  put.destroy();
}
