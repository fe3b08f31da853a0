import {
  CONFIG_TYPE,
  type Descriptor,
  describeBytes,
  freshBytes,
  imageText,
  TYPES,
} from '../../support/worker/content.ts';
import { bindings } from '../../support/worker/database.ts';
import { makeUser, tokenAuthorization } from '../../support/worker/people.ts';
import { withDigest } from '../../support/worker/push.ts';
import {
  bearer,
  chunked,
  expectStatus,
  type Sent,
  send,
  type Who,
} from '../../support/worker/registry-client.ts';
import { getToken } from '../../support/worker/token-service.ts';
import { BENCH_PROJECT, imageName, statements, subjectDigest } from '../scale/synthetic.ts';
import { BLOB } from './budgets.ts';

/** An image as a client holds it. */
export interface LocalImage {
  readonly repository: string;
  readonly text: string;
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
  readonly bytes: ReadonlyMap<string, Uint8Array>;
}

/** Makes an image of fresh content, each layer of `size` bytes. */
export function makeImage(repository: string, layers = 10, size = BLOB): LocalImage {
  const all = Array.from({ length: layers + 1 }, () => freshBytes(size));
  const [config, ...rest] = all.map((bytes, n) =>
    describeBytes(bytes, n === 0 ? CONFIG_TYPE : undefined),
  );
  if (!config) throw new Error('an image has a config');
  const bytes = new Map(
    [config, ...rest].map(({ digest }, n) => [digest, all[n] ?? freshBytes(0)]),
  );
  return { repository, text: imageText(config, rest), config, layers: rest, bytes };
}

/** Sends a request, reads its whole answer, and says what it was. */
export async function ask(
  who: Who,
  method: string,
  path: string,
  status: number,
  sent: Sent = {},
): Promise<Response> {
  const response = await expectStatus(await send(who, method, path, sent), status);
  await response.arrayBuffer();
  return response;
}

/** A token for pulling, and pushing where that is asked for, as clients get it. */
export async function signIn(who: Who, repository: string, actions = 'pull'): Promise<string> {
  return bearer((await getToken(who, `scope=repository:${repository}:${actions}`)).token);
}

/** How a blob's bytes travel: as containerd sends them, or as docker does. */
export type Lane = 'with length' | 'in a stream';

/** Pushes a blob that the registry does not have: asks for it, begins an upload, sends it. */
export async function pushBlob(
  token: string,
  { repository, bytes }: LocalImage,
  digest: string,
  lane: Lane,
): Promise<void> {
  await ask(token, 'HEAD', `/v2/${repository}/blobs/${digest}`, 404);
  const begun = await ask(token, 'POST', `/v2/${repository}/blobs/uploads/`, 202);
  const body = bytes.get(digest) ?? freshBytes(0);
  let location = begun.headers.get('location') ?? '';
  if (lane === 'with length') {
    await ask(token, 'PUT', withDigest(location, digest), 201, { body });
    return;
  }
  const taken = await ask(token, 'PATCH', location, 202, { body: chunked(body, 1024 * 1024) });
  location = taken.headers.get('location') ?? '';
  await ask(token, 'PUT', withDigest(location, digest), 201);
}

/** Pushes an image of which the registry has nothing. */
export async function pushNew(token: string, image: LocalImage, lane: Lane): Promise<void> {
  for (const { digest } of [...image.layers, image.config]) {
    await pushBlob(token, image, digest, lane);
  }
  await putManifest(token, image);
}

/** Pushes an image that is there already. */
export async function pushKnown(token: string, image: LocalImage): Promise<void> {
  for (const { digest } of [...image.layers, image.config]) {
    await ask(token, 'HEAD', `/v2/${image.repository}/blobs/${digest}`, 200);
  }
  await putManifest(token, image);
}

async function putManifest(token: string, { repository, text }: LocalImage): Promise<void> {
  const headers = { 'content-type': TYPES.image };
  await ask(token, 'PUT', `/v2/${repository}/manifests/latest`, 201, { headers, body: text });
}

/** Pulls an image by its tag: a token, the manifest, every blob. */
export async function pull(who: Who, image: LocalImage): Promise<void> {
  const { repository, layers, config } = image;
  const token = await signIn(who, repository);
  await ask(token, 'GET', `/v2/${repository}/manifests/latest`, 200);
  for (const { digest } of [config, ...layers]) {
    await ask(token, 'GET', `/v2/${repository}/blobs/${digest}`, 200);
  }
}

const LISTS = { images: 30, tagsPerImage: 30 };

/** Fills the database, once, with what lists need to be long; answers who may read them. */
export async function seedLists(): Promise<{
  readonly authorization: string;
  readonly image: string;
  readonly referrers: string;
}> {
  seeded ??= seed();
  const authorization = await seeded;
  const image = imageName(0, LISTS);
  return { authorization, image, referrers: `/v2/${image}/referrers/${subjectDigest}?n=20` };
}

let seeded: Promise<string> | undefined;

/** Answers how a member of the project signs in. */
async function seed(): Promise<string> {
  for (const sql of statements(LISTS, false)) await bindings.DB.prepare(sql).run();
  return await tokenAuthorization(await makeUser({ [BENCH_PROJECT]: 'developer' }), ['read']);
}

/** Attaches `each` accessories to every tagged manifest of an image. */
export async function attachMany(imageId: number, each: number): Promise<void> {
  await bindings.DB.prepare(
    `WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < ?2)
      INSERT INTO tags (image_id, name, manifest_id, created_at, updated_at, updated_by, subject)
        SELECT ?1, replace(m.digest, ':', '-') || '.' || n, m.id, 1, 1, 'bench', m.digest
          FROM n, manifests AS m WHERE m.image_id = ?1
            AND m.id IN (SELECT manifest_id FROM tags WHERE image_id = ?1)`,
  )
    .bind(imageId, each)
    .run();
}
