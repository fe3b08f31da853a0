import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Server, startServer } from '../support/server.ts';
import { freshBytes, makeBlob } from './support/image.ts';
import { Repository } from './support/repository.ts';
import { offsetOf } from './support/resume.ts';
import { Sending } from './support/wire.ts';

let server: Server;
let repository: Repository;
beforeAll(async () => {
  server = await startServer();
  repository = new Repository(server, 'refused');
});
afterAll(() => server?.stop());

const SIZE = 20_000_000;
const waysToSend = { 'with a length': { 'content-length': SIZE }, chunked: {} };

describe.each(Object.entries(waysToSend))('a client that sends 20 MB %s is told', (_, headers) => {
  test.each([1, 2, 3, 4, 5, 6])('that they are out of order, and loses nothing (%i)', async () => {
    const start = freshBytes(1_000_001);
    const location = await repository.begin();
    await new Sending(server, 'PATCH', location).end(start);
    const range = { 'content-range': `2000000-${2_000_000 + SIZE - 1}` };
    const ahead = new Sending(server, 'PATCH', location, { ...headers, ...range });
    const refused = await ahead.end(freshBytes(SIZE));
    expect([refused.status, offsetOf(refused)]).toEqual([416, start.length]);
    expect((await repository.finish(location, makeBlob(start).digest)).status).toBe(201);
  });
});

test.each([1, 2, 3, 4, 5, 6])(
  'a client that sends 20 MB is told that its digest is missing (%i)',
  async () => {
    const put = new Sending(server, 'PUT', await repository.begin());
    expect((await put.end(freshBytes(SIZE))).status).toBe(400);
  },
);

test('a client is told that a chunk is longer than its Content-Range', async () => {
  const location = await repository.begin();
  const patch = new Sending(server, 'PATCH', location, { 'content-range': '0-999' });
  expect((await patch.end(freshBytes(SIZE))).status).toBe(400);
});

test.each([1, 2, 3, 4, 5, 6])(
  'a client of the API that sends 20 MB to a missing workspace is told so (%i)',
  async () => {
    const headers = { 'content-type': 'application/json' };
    const patch = new Sending(server, 'PATCH', '/api/v1/workspaces/none-such', headers);
    expect((await patch.end(freshBytes(SIZE))).status).toBe(404);
  },
);
