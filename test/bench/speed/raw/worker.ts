/**
 * The R2 calls that a registry makes and nothing else: the ceiling of the platform it runs on.
 *
 *   PUT /put/KEY        one put of a body whose length is known
 *   PUT /verified/KEY   the same, and R2 compares its sha256 with the key's, as a registry has it do
 *   PUT /parts/KEY      an upload in parts of 8 MiB, two on their way at a time
 *   GET /KEY            the object, as it comes
 */
interface RawEnv {
  readonly BUCKET: R2Bucket;
}

const PART = 8 * 1024 * 1024;
const IN_FLIGHT = 2;

export default {
  async fetch(request, { BUCKET }) {
    const { pathname } = new URL(request.url);
    const [, lane, key = lane ?? ''] = pathname.split('/');
    if (request.method === 'PUT' && request.body) {
      if (lane === 'put') await BUCKET.put(key, request.body);
      else if (lane === 'verified') await BUCKET.put(key, request.body, { sha256: hexOf(key) });
      else await putParts(BUCKET, key, request.body);
      return new Response(null, { status: 201 });
    }
    const object = key ? await BUCKET.get(key) : null;
    const headers = { 'content-type': 'application/octet-stream' };
    return new Response(object?.body ?? null, { status: object ? 200 : 404, headers });
  },
} satisfies ExportedHandler<RawEnv>;

const hexOf = (digest: string) => digest.slice('sha256:'.length);

async function putParts(bucket: R2Bucket, key: string, body: ReadableStream): Promise<void> {
  const upload = await bucket.createMultipartUpload(key);
  const reader = body.getReader({ mode: 'byob' });
  const parts: Promise<R2UploadedPart>[] = [];
  for (;;) {
    const { value } = await reader.readAtLeast(PART, new Uint8Array(PART));
    if (!value || value.length === 0) break;
    await parts.at(-IN_FLIGHT);
    parts.push(upload.uploadPart(parts.length + 1, value));
    if (value.length < PART) break;
  }
  await upload.complete(await Promise.all(parts));
}
