import { describe, expect, test } from 'vitest';
import { digestOf, PART } from '../support/clients/bytes.ts';
import { layerOfSize } from '../support/clients/layers.ts';
import { ask } from '../support/clients/remote.ts';
import { useServer } from '../support/clients/setup.ts';

const REPOSITORY = 'library/resumed';

describe('a pull that was cut off', () => {
  const server = useServer();

  test.each([
    ['stored in one piece', PART - 7],
    ['stored in parts', 3 * PART + 7],
  ])('continues where it stopped, for a layer %s', async (_, size) => {
    const layer = layerOfSize('gzip', size, `resumed-${size}`);
    await pushBlob(layer.bytes, layer.digest);
    const start = await cutDownload(layer.digest, size / 3);
    expect(start.length).toBeLessThan(size);
    const range = `bytes=${start.length}-`;
    const answer = await ask(server.current, path(layer.digest), { headers: { Range: range } });
    expect(answer.status).toBe(206);
    const expected = `bytes ${start.length}-${size - 1}/${size}`;
    expect(answer.headers.get('Content-Range')).toBe(expected);
    expect(answer.headers.get('Content-Length')).toBe(String(size - start.length));
    const rest = Buffer.from(await answer.arrayBuffer());
    expect(digestOf(Buffer.concat([start, rest]))).toBe(layer.digest);
  });

  test('is told when its range starts after the end', async () => {
    const layer = layerOfSize('tar', 1000, 'resumed-end');
    await pushBlob(layer.bytes, layer.digest);
    const headers = { Range: 'bytes=1000-' };
    const answer = await ask(server.current, path(layer.digest), { headers });
    expect(answer.status).toBe(416);
    expect(answer.headers.get('Content-Range')).toBe('bytes */1000');
  });

  /** Reads at least so many bytes of the blob, then hangs up. */
  async function cutDownload(digest: string, bytes: number): Promise<Buffer> {
    const hangUp = new AbortController();
    const answer = await ask(server.current, path(digest), { signal: hangUp.signal });
    const chunks: Uint8Array[] = [];
    for await (const chunk of answer.body ?? []) {
      chunks.push(chunk);
      if (chunks.reduce((total, { length }) => total + length, 0) >= bytes) break;
    }
    hangUp.abort();
    return Buffer.concat(chunks);
  }

  /** Streams the blob up without a length, as docker does. */
  async function pushBlob(bytes: Uint8Array, digest: string): Promise<void> {
    const opened = await ask(server.current, `${REPOSITORY}/blobs/uploads/`, { method: 'POST' });
    expect(opened.status).toBe(202);
    const patched = await send('PATCH', location(opened), new Blob([bytes]).stream());
    expect(patched.status).toBe(202);
    const target = new URL(location(patched));
    target.searchParams.set('digest', digest);
    expect((await send('PUT', target.href)).status).toBe(201);
  }

  function send(
    method: string,
    target: string,
    body: RequestInit['body'] = null,
  ): Promise<Response> {
    const init = { method, body, duplex: 'half' } as const;
    return ask(server.current, target.slice(`${server.current.origin}/v2/`.length), init);
  }

  function location(answer: Response): string {
    return new URL(answer.headers.get('Location') ?? '', server.current.origin).href;
  }
});

function path(digest: string): string {
  return `${REPOSITORY}/blobs/${digest}`;
}
