/** States that a crash leaves behind, made inside the upload's Durable Object. */

import { evictDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { sealUpload } from '../../../src/uploads/seal.ts';
import { isOpen, type UploadState, writeUpload } from '../../../src/uploads/upload-state.ts';
import { beginPush, digestOf, type Push, streamOf } from './client.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** An upload that has all its bytes, before its PUT. */
export async function pushWithoutPut(bytes: Bytes): Promise<Push> {
  const push = await beginPush();
  const { status } = await push.patch(streamOf(bytes));
  if (status !== 202) throw new Error(`PATCH: ${status}`);
  return push;
}

/** The stored state of an upload, which must be open. */
export async function openState(push: Push): Promise<UploadState> {
  const state = await push.state();
  if (!isOpen(state)) throw new Error('the upload is not open');
  return state;
}

/** Restores an earlier state, and evicts the object. */
export async function crashBackTo(push: Push, state: UploadState): Promise<void> {
  await push.inside((storage) => writeUpload(storage, state));
  await evictDurableObject(push.stub);
}

/** The object is whole in R2 and verified; its row is not written. */
export async function crashBeforeRow(bytes: Bytes): Promise<Push> {
  const push = await pushWithoutPut(bytes);
  await seal(push, bytes);
  await evictDurableObject(push.stub);
  return push;
}

/** The object is whole in R2, but that is not recorded. */
export async function crashBeforeSealed(bytes: Bytes): Promise<Push> {
  const push = await pushWithoutPut(bytes);
  const open = await openState(push);
  await seal(push, bytes);
  await crashBackTo(push, open);
  return push;
}

/** The row is written, but the upload is not closed. */
export async function crashBeforeClose(bytes: Bytes): Promise<Push> {
  const push = await crashBeforeRow(bytes);
  const sealed = await openState(push);
  const rest = await push.inside(({ kv }) => [...kv.list()]);
  const { status } = await push.put(digestOf(bytes));
  if (status !== 201) throw new Error(`PUT: ${status}`);
  await push.inside(({ kv }) => {
    for (const [name, value] of rest) kv.put(name, value);
  });
  await crashBackTo(push, sealed);
  return push;
}

async function seal(push: Push, bytes: Bytes): Promise<void> {
  const upload = await openState(push);
  const digest = digestOf(bytes) as Parameters<typeof sealUpload>[4];
  await push.inside((storage) => sealUpload(env.BUCKET, storage, upload, null, digest));
}
