/**
 * Pushes against collections, interleaved query by query: whatever is accepted is whole, and
 * a push that needs deleted content is refused, so that the client's next try works.
 */
import { beforeAll, expect, test } from 'vitest';
import type { Digest } from '../../../src/domain/digest.ts';
import { RegistryError } from '../../../src/domain/errors.ts';
import { parseReference, parseRepositoryName } from '../../../src/domain/names.ts';
import { deleteQueuedObjects } from '../../../src/maintenance/collection/deletion-queue.ts';
import type { Json, SliceContext } from '../../../src/maintenance/collection/slice.ts';
import {
  deleteReleasedManifests,
  deleteUnusedBlobs,
} from '../../../src/maintenance/collection/unused-content.ts';
import { extendBlobGrace } from '../../../src/registry/blobs.ts';
import type { RepositoryContext } from '../../../src/registry/context.ts';
import { pushManifest } from '../../../src/registry/push-manifest.ts';
import { mountBlob, storeBlob } from '../../../src/registry/uploads.ts';
import { openServices } from '../../../src/services.ts';
import { findBlob } from '../../../src/storage/content/blobs.ts';
import { findRepository } from '../../../src/storage/workspaces/images.ts';
import { expectCountsRight } from '../../storage/counts.ts';
import { ADMITTED } from '../../support/worker/admission.ts';
import { allKeys, beginRun, collect, HOUR, namedKeys } from '../../support/worker/collect.ts';
import {
  CONFIG_TYPE,
  describeBytes,
  freshBytes,
  imageText,
  sha256,
  TYPES,
} from '../../support/worker/content.ts';
import { bindings, query } from '../../support/worker/database.ts';
import { pushImage } from '../../support/worker/push.ts';
import { interleave, randomOf } from './support/scheduler.ts';

const services = openServices(bindings);
const REPOSITORIES = ['library/raced-one', 'library/raced-two'];
/** Few, so that all actors work on the same ones. */
const BLOBS = [freshBytes(20), freshBytes(30), freshBytes(40)] as const;

beforeAll(async () => {
  for (const repository of REPOSITORIES) await pushImage(repository, 'stays');
});

const ROUNDS = 1000;
let refused = 0;

async function open(name: string, gracePeriod: number): Promise<RepositoryContext> {
  const repository = await findRepository(services.db, parseRepositoryName(name));
  if (!repository) throw new Error('the workspace has gone');
  return { ...services, gracePeriod, repository, actor: 'test', now: Date.now() };
}

async function upload(context: RepositoryContext, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
  const body = { stream: new Response(bytes).body, length: bytes.length };
  await storeBlob(context, sha256(bytes) as Digest, body);
}

/** Makes sure that a blob exists, as clients do: by HEAD, by a mount, or by sending it. */
async function provide(context: RepositoryContext, bytes: Uint8Array<ArrayBuffer>, way: number) {
  const digest = sha256(bytes) as Digest;
  if (way === 0) return await upload(context, bytes);
  if (way === 1 && (await mountBlob(context, digest))) return;
  const { imageId } = context.repository;
  const blob = imageId === null ? null : await findBlob(context.db, imageId, digest);
  if (blob === null) return await upload(context, bytes);
  try {
    await extendBlobGrace(context, blob);
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error;
    await upload(context, bytes);
  }
}

interface Push {
  readonly repository: string;
  readonly tag: string;
  readonly blobs: readonly Uint8Array<ArrayBuffer>[];
  readonly way: number;
  readonly gracePeriod: number;
}

/** Pushes like a client that begins again after MANIFEST_BLOB_UNKNOWN. */
async function push({ repository, tag, blobs, way, gracePeriod }: Push): Promise<void> {
  const [config, ...layers] = blobs.map((bytes) => describeBytes(bytes));
  const text = imageText({ ...config, mediaType: CONFIG_TYPE } as never, layers);
  for (let tries = 0; tries < 6; tries++) {
    const context = await open(repository, gracePeriod);
    for (const bytes of blobs) await provide(context, bytes, way);
    try {
      const manifest = {
        reference: parseReference(tag),
        contentType: TYPES.image,
        bytes: Uint8Array.from(Buffer.from(text)),
        tags: [],
        expectation: null,
      };
      await pushManifest(context, manifest, ADMITTED);
      return;
    } catch (error) {
      if (!(error instanceof RegistryError) || error.code !== 'MANIFEST_BLOB_UNKNOWN') throw error;
      refused++;
    }
  }
  throw new Error('the push was refused again and again');
}

/** Makes the content of earlier pushes garbage; the next push needs the same blobs. */
async function leaveGarbage(): Promise<void> {
  await query("DELETE FROM tags WHERE name = 'raced'");
  await query('UPDATE manifests SET released_at = 1 WHERE uses = 0');
}

/** The phases of a collection that take content away, without what a run writes down of itself. */
async function takeContent(collection: SliceContext): Promise<void> {
  for (const { slice } of [deleteReleasedManifests, deleteUnusedBlobs, deleteQueuedObjects]) {
    for (let at: Json | null = null; ; ) {
      const { next, errors = [] } = await slice(collection, at);
      expect(errors).toEqual([]);
      if (next === null) break;
      at = next;
    }
  }
}

/** A push against two collectors at once. */
async function round(seed: number, collection: SliceContext): Promise<number> {
  const random = randomOf(seed);
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
  const { gracePeriod } = collection;
  const one = {
    ...{ repository: pick(REPOSITORIES), tag: 'raced', way: pick([0, 1, 2]), gracePeriod },
    blobs: pick([BLOBS.slice(0, 2), BLOBS.slice(1)]),
  };
  await leaveGarbage();
  return await interleave(
    [() => push(one), () => takeContent(collection), () => takeContent(collection)],
    random,
  );
}

/** Every blob that a manifest names has its object. */
async function expectWhole(seed: number): Promise<void> {
  const rows = await query<{ key: string | null }>(`
    SELECT b.key FROM manifest_blobs AS mb LEFT JOIN image_blobs AS l
      ON l.image_id = mb.image_id AND l.blob_id = mb.blob_id
      LEFT JOIN blobs AS b ON b.id = l.blob_id`);
  const keys = new Set(await allKeys());
  const lost = rows.filter(({ key }) => key === null || !keys.has(key));
  expect(lost, `seed ${seed}`).toEqual([]);
}

/** Without any grace period: what is unused at an instant is deleted at that instant. */
test('every manifest that was accepted has all its blobs', async () => {
  const collection = await beginRun({ emptyTrash: true, now: Date.now() + HOUR });
  let turns = 0;
  for (let seed = 1; seed <= ROUNDS; seed++) {
    turns += await round(seed, collection);
    if (seed % 20 === 0) await expectWhole(seed);
  }
  expect(turns).toBeGreaterThan(10 * ROUNDS);
  expect(refused, 'pushes that were refused, and began again').toBeGreaterThan(ROUNDS / 100);
  await collect({ emptyTrash: true });
  await expectCountsRight();
  expect(await allKeys()).toEqual(await namedKeys());
}, 900_000);

test('with an hour of grace no push that asked first is ever refused', async () => {
  const collection = await beginRun({ now: Date.now() });
  refused = 0;
  for (let seed = 1; seed <= ROUNDS / 10; seed++) {
    await round(seed, { ...collection, gracePeriod: HOUR });
  }
  expect(refused).toBe(0);
  await expectWhole(0);
}, 300_000);
