/** Builds the state that steps describe, in a workspace of its own, as clients would. */
import { expect } from 'vitest';
import { type Caller, call, type Page } from '../../../support/worker/api-client.ts';
import { HOUR } from '../../../support/worker/collect.ts';
import {
  CONFIG_TYPE,
  type Descriptor,
  describeBytes,
  freshBytes,
  imageText,
  indexText,
  TYPES,
} from '../../../support/worker/content.ts';
import { query } from '../../../support/worker/database.ts';
import { makePlace } from '../../../support/worker/people.ts';
import { pushBlob, putManifest } from '../../../support/worker/push.ts';
import { ADMIN, send } from '../../../support/worker/registry-client.ts';
import { BLOBS, type ImageName, type Step } from './steps.ts';

/** A manifest that was pushed to an image; it may have gone since. */
interface Pushed extends Descriptor {
  readonly text: string;
  readonly blobs: readonly number[];
}

/** A workspace, one of another project, and what was pushed. */
export interface World {
  readonly workspace: string;
  readonly workspaceId: number;
  readonly elsewhere: string;
  readonly elsewhereId: number;
  readonly blobs: readonly Uint8Array<ArrayBuffer>[];
  readonly pushed: Readonly<Record<ImageName, Pushed[]>>;
}

const idOf = async (workspace: string): Promise<number> =>
  Number((await query('SELECT id FROM workspaces WHERE name = ?', workspace))[0]?.id);

export async function makeWorld(): Promise<World> {
  const [{ workspace }, { workspace: elsewhere }] = [await makePlace(), await makePlace()];
  return {
    ...{ workspace, workspaceId: await idOf(workspace) },
    ...{ elsewhere, elsewhereId: await idOf(elsewhere) },
    blobs: Array.from({ length: BLOBS }, (_, n) => freshBytes(20 + n)),
    pushed: { a: [], b: [] },
  };
}

type Collect = Extract<Step, { do: 'collect' }>;

/** Does steps, and hands each collection to its caller. */
export async function play(
  world: World,
  steps: readonly Step[],
  admin: Caller,
  collect: (step: Collect) => Promise<void>,
): Promise<void> {
  for (const step of steps) {
    if (step.do === 'collect') await collect(step);
    else if (step.do === 'wait') await movePast(world, step.hours * HOUR);
    else if (step.do === 'keepUntagged') await keepUntagged(world, step.days);
    else if (step.do === 'restore' || step.do === 'purge') await leaveTrash(world, step, admin);
    else if ('image' in step && step.do.startsWith('delete')) await remove(world, step, admin);
    else await push(world, step);
  }
}

const choose = <T>(from: readonly T[], n: number): T | undefined => from[n % from.length];

/** A request that may be refused, but does not fail. */
async function attempt(method: string, path: string): Promise<number> {
  const { status } = await send(ADMIN, method, path);
  expect(status, `${method} ${path}`).toBeLessThan(500);
  return status;
}

async function push(world: World, step: Step): Promise<void> {
  if (step.do === 'pushBlob') {
    await pushBlob(`${world.workspace}/${step.image}`, world.blobs[step.blob]);
  } else if (step.do === 'push') {
    await putPushed(world, step.image, step.tag, composeImage(world, step));
  } else if (step.do === 'pushIndex') {
    const children = new Set(
      step.children.flatMap((n) => choose(world.pushed[step.image], n) ?? []),
    );
    const listed = [...children].map(({ mediaType, digest, size }) => ({
      mediaType,
      digest,
      size,
    }));
    if (listed.length === 0) return;
    const text = indexText(listed);
    const index = { ...describeBytes(text, TYPES.index), text, blobs: [] };
    await putPushed(world, step.image, step.tag, index);
  } else if (step.do === 'attach') {
    const subject = choose(world.pushed[step.image], step.manifest);
    const tag = subject && `${subject.digest.replace(':', '-')}.sig`;
    const signature = composeImage(world, { ...step, variant: 2 });
    if (tag) await putPushed(world, step.image, tag, signature);
  } else if (step.do === 'pushAgain') {
    const known = choose(world.pushed[step.image], step.manifest);
    if (known) await putPushed(world, step.image, step.tag, known);
  } else if (step.do === 'pushElsewhere') {
    const image = composeImage(world, { image: 'a', blobs: step.blobs });
    await putBytes(world, `${world.elsewhere}/shared`, 'v1', image);
  }
}

function composeImage(
  { blobs, pushed }: World,
  step: Pick<Extract<Step, { do: 'push' }>, 'image' | 'blobs' | 'variant' | 'subject' | 'isLarge'>,
): Pushed {
  const [config, ...layers] = step.blobs.map((n) => describeBytes(blobs[n] ?? ''));
  const about = choose(pushed[step.image], step.subject ?? 0);
  const text = imageText({ ...(config as Descriptor), mediaType: CONFIG_TYPE }, layers, {
    annotations: { variant: `${step.variant ?? 0}` },
    // Not an annotation: those of a referrer are kept in its row.
    ...(step.isLarge && { text: 'x'.repeat(600_000) }),
    ...(typeof step.subject === 'number' &&
      about && { subject: { mediaType: about.mediaType, digest: about.digest, size: about.size } }),
  });
  return { ...describeBytes(text, TYPES.image), text, blobs: step.blobs };
}

async function putPushed(world: World, image: ImageName, tag: string | null, one: Pushed) {
  const status = await putBytes(world, `${world.workspace}/${image}`, tag, one);
  const known = world.pushed[image];
  if (status === 201 && !known.some(({ digest }) => digest === one.digest)) known.push(one);
}

/** Pushes as a client does: only the blobs that are not there yet. */
async function putBytes(world: World, repository: string, tag: string | null, one: Pushed) {
  for (const n of one.blobs) {
    const bytes = world.blobs[n] as Uint8Array;
    const path = `/v2/${repository}/blobs/${describeBytes(bytes).digest}`;
    if ((await attempt('HEAD', path)) !== 200) await pushBlob(repository, bytes);
  }
  const headers = { 'content-type': one.mediaType };
  const { status } = await putManifest(repository, tag ?? one.digest, one.text, headers);
  expect([201, 404], 'a manifest is taken, or a child of it is not there').toContain(status);
  return status;
}

interface Tags {
  readonly tags?: readonly string[];
}

async function remove(world: World, step: Step, admin: Caller): Promise<void> {
  if (step.do === 'deleteImage') {
    await call(admin, 'DELETE', `/workspaces/${world.workspace}/images/${step.image}`);
  } else if (step.do === 'deleteTag') {
    const path = `/v2/${world.workspace}/${step.image}`;
    const { tags = [] } = (await (await send(ADMIN, 'GET', `${path}/tags/list`)).json()) as Tags;
    const tag = choose(tags, step.tag);
    if (tag) await attempt('DELETE', `${path}/manifests/${tag}`);
  } else if (step.do === 'deleteManifest') {
    const known = choose(world.pushed[step.image], step.manifest);
    const path = `/v2/${world.workspace}/${step.image}/manifests/${known?.digest}`;
    if (known) await attempt('DELETE', path);
  } else if (step.do === 'deleteBlob') {
    const { digest } = describeBytes(world.blobs[step.blob] ?? '');
    await attempt('DELETE', `/v2/${world.workspace}/${step.image}/blobs/${digest}`);
  }
}

async function leaveTrash(
  { workspace }: World,
  step: Extract<Step, { do: 'restore' | 'purge' }>,
  admin: Caller,
): Promise<void> {
  const path = `/trash?scope=all&workspace=${workspace}`;
  const { body } = await call<Page<{ id: string }>>(admin, 'GET', path);
  const entry = choose(body.items, step.entry);
  if (!entry) return;
  const { status } =
    step.do === 'restore'
      ? await call(admin, 'POST', `/trash/${entry.id}/restoration`, {})
      : await call(admin, 'DELETE', `/trash/${entry.id}`);
  expect(status).toBeLessThan(500);
}

async function keepUntagged({ workspaceId }: World, days: number | null): Promise<void> {
  await query('UPDATE workspaces SET untagged_days = ? WHERE id = ?', days, workspaceId);
}

/** The times that a collection reads; a time that is not set stays so. */
const TIMES = {
  images: ['deleted_at'],
  trash: ['deleted_at', 'purged_at'],
  trashed_tags: ['deleted_at'],
  manifests: ['unused_since', 'last_used_at', 'overwritten_at', 'released_at', 'deleted_at'],
  image_blobs: ['unused_since', 'deleted_at'],
};

/** Lets time pass for all that is in both workspaces. */
async function movePast({ workspaceId, elsewhereId }: World, time: number): Promise<void> {
  const images = `SELECT id FROM images WHERE workspace_id IN (${workspaceId}, ${elsewhereId})`;
  for (const [table, columns] of Object.entries(TIMES)) {
    const set = columns.map((column) => `${column} = ${column} - ${time}`).join();
    const key = table === 'images' ? 'id' : 'image_id';
    await query(`UPDATE ${table} SET ${set} WHERE ${key} IN (${images})`);
  }
}
