/** What a workspace holds, and what of that a collection has taken and kept. */
import { expect } from 'vitest';
import type { KeptSummary } from '../../../../src/domain/runs.ts';
import { DAY } from '../../../support/worker/collect.ts';
import { query } from '../../../support/worker/database.ts';

type Row<Numbers extends string, Texts extends string = never> = {
  readonly [K in Numbers]: number;
} & { readonly [K in Texts]: string };

type Image = Row<'id' | 'size' | 'isDeleted', 'name'>;
type Manifest = Row<'id' | 'imageId' | 'size' | 'contentSize' | 'uses', 'digest' | 'image'> & {
  readonly key: string | null;
  readonly unusedSince: number | null;
  readonly releasedAt: number | null;
  readonly deletedAt: number | null;
};
type Link = Row<'blobId' | 'imageId' | 'size' | 'uses', 'digest' | 'key' | 'image'> & {
  readonly unusedSince: number | null;
  readonly deletedAt: number | null;
};
type Entry = Row<'id' | 'imageId', 'kind' | 'image'> & {
  readonly tag: string | null;
  readonly digest: string | null;
  readonly purgedAt: number | null;
};

/** All rows of a workspace that a collection may take; by an id each. */
export interface Snapshot {
  readonly images: ReadonlyMap<number, Image>;
  readonly manifests: ReadonlyMap<number, Manifest>;
  readonly links: ReadonlyMap<string, Link>;
  readonly trash: ReadonlyMap<number, Entry>;
  /** Of images that are not in the trash: `image:tag digest`. */
  readonly versions: readonly string[];
  readonly untaggedDays: number | null;
}

export async function takeSnapshot(workspaceId: number): Promise<Snapshot> {
  const read = async <T extends object>(what: string): Promise<T[]> =>
    (await query(`${what} WHERE i.workspace_id = ?`, workspaceId)) as unknown as T[];
  const images = await read<Image>(
    'SELECT id, name, size, deleted_at IS NOT NULL AS isDeleted FROM images AS i',
  );
  const manifests = await read<Manifest>(`
    SELECT m.id, m.image_id AS imageId, i.name AS image, m.digest, m.size, m.uses,
        m.content_size AS contentSize, m.content_key AS key,
        max(m.unused_since, coalesce(m.last_used_at + 3600000, 0)) AS unusedSince,
        m.released_at AS releasedAt, m.deleted_at AS deletedAt
      FROM manifests AS m JOIN images AS i ON i.id = m.image_id`);
  const links = await read<Link>(`
    SELECT b.id AS blobId, l.image_id AS imageId, i.name AS image, b.digest, b.key, b.size, l.uses,
        l.unused_since AS unusedSince, l.deleted_at AS deletedAt
      FROM image_blobs AS l JOIN images AS i ON i.id = l.image_id
        JOIN blobs AS b ON b.id = l.blob_id`);
  const trash = await read<Entry>(`
    SELECT t.id, t.kind, t.image_id AS imageId, i.name AS image, g.name AS tag, t.digest,
        t.purged_at AS purgedAt
      FROM trash AS t JOIN images AS i ON i.id = t.image_id
        LEFT JOIN trashed_tags AS g ON g.id = t.trashed_tag_id`);
  const versions = await read<{ version: string }>(`
    SELECT i.id || ':' || g.name || ' ' || m.digest AS version FROM images AS i
      JOIN tags AS g ON g.image_id = i.id AND i.deleted_at IS NULL
      JOIN manifests AS m ON m.id = g.manifest_id`);
  const [workspace] = await query<{ days: number | null }>(
    'SELECT untagged_days AS days FROM workspaces WHERE id = ?',
    workspaceId,
  );
  const byId = <T extends { id: number }>(rows: readonly T[]) =>
    new Map(rows.map((row) => [row.id, row]));
  return {
    images: byId(images),
    manifests: byId(manifests),
    links: new Map(links.map((link) => [`${link.blobId} ${link.imageId}`, link])),
    trash: byId(trash),
    versions: versions.map(({ version }) => version).sort(),
    untaggedDays: workspace?.days ?? null,
  };
}

const gone = <K, T>(before: ReadonlyMap<K, T>, after: ReadonlyMap<K, T>): T[] =>
  [...before].filter(([key]) => !after.has(key)).map(([, row]) => row);

/**
 * Asserts that versions stay, and accessories whose subject does not go, and that an image which
 * stays in the trash can be restored whole.
 */
export function expectKeptWhole(before: Snapshot, after: Snapshot): void {
  const subjects = gone(before.manifests, after.manifests).map(
    ({ imageId, digest }) => `${imageId}:${digest.replace(':', '-')}`,
  );
  const stay = before.versions.filter((name) => !subjects.some((one) => name.startsWith(one)));
  expect(after.versions).toEqual(stay);
  const links = gone(before.links, after.links);
  expect(links.filter(({ imageId }) => after.images.get(imageId)?.isDeleted === 1)).toEqual([]);
}

/** Something that a collection took, as a preview names it. */
export interface Taken {
  readonly kind: string;
  readonly image: string;
  readonly reference: string;
  readonly bytes: number;
  readonly reason: string;
}

/** What has gone: of an image that went as a whole only the image, and blobs. */
export async function listTaken(
  before: Snapshot,
  after: Snapshot,
  emptyTrash: boolean,
): Promise<{ readonly items: Taken[]; readonly objects: Map<string, number> }> {
  const reason = emptyTrash ? 'trash-emptied' : 'trash-expired';
  const whole = new Set(gone(before.images, after.images).map(({ id }) => id));
  const manifests = gone(before.manifests, after.manifests);
  const blobs = await listGoneBlobs(before);
  const items = [
    ...gone(before.images, after.images).map(({ name, size }) => {
      return { kind: 'image', image: name, reference: name, bytes: size, reason };
    }),
    ...gone(before.trash, after.trash)
      .filter(({ kind, imageId }) => kind === 'version' && !whole.has(imageId))
      .map(({ image, tag, digest, imageId }) => {
        const bytes = findManifest(before, imageId, String(digest))?.contentSize ?? 0;
        return { kind: 'version', image, reference: tag ?? String(digest), bytes, reason };
      }),
    ...manifests
      .filter(({ imageId }) => !whole.has(imageId))
      .map(({ image, digest, size }) => {
        return { kind: 'manifest', image, reference: digest, bytes: size, reason: 'untagged' };
      }),
    ...blobs.map(({ image, digest, size }) => {
      return { kind: 'blob', image, reference: digest, bytes: size, reason: 'unused' };
    }),
  ];
  const stored = [...blobs, ...manifests].flatMap(({ key, size }) =>
    key === null ? [] : [[key, size] as const],
  );
  return { items, objects: new Map(stored) };
}

/** Blobs of which no image has a link any more, under the first image that had one. */
async function listGoneBlobs({ links }: Snapshot): Promise<Link[]> {
  const first = new Map<number, Link>();
  for (const link of [...links.values()].sort((a, b) => (a.image < b.image ? -1 : 1))) {
    if (!first.has(link.blobId)) first.set(link.blobId, link);
  }
  const ids = JSON.stringify([...first.keys()]);
  const rows = await query<{ id: number }>(
    'SELECT id FROM blobs WHERE id IN (SELECT value FROM json_each(?))',
    ids,
  );
  const there = new Set(rows.map(({ id }) => id));
  return [...first.values()].filter(({ blobId }) => !there.has(blobId));
}

const findManifest = ({ manifests }: Snapshot, imageId: number, digest: string) =>
  [...manifests.values()].find((one) => one.imageId === imageId && one.digest === digest);

/** The times of the collection that left a state. */
export interface Times {
  readonly now: number;
  readonly gracePeriod: number;
}

/**
 * All that nothing uses and that is there after a collection, by the reason for which it has to
 * be kept. Asserts that there is one.
 */
export function explainKept(after: Snapshot, times: Times): KeptSummary[] {
  const kept = new Map<KeptSummary['reason'], number[]>([
    ['in-trash', []],
    ['untagged-policy', []],
    ['grace-period', []],
  ]);
  const isLive = (imageId: number) => after.images.get(imageId)?.isDeleted === 0;
  for (const entry of after.trash.values()) {
    expect(entry.purgedAt, 'what is purged has gone').toBeNull();
    const { imageId, digest } = entry;
    const bytes = digest
      ? findManifest(after, imageId, digest)?.contentSize
      : after.images.get(imageId)?.size;
    expect(bytes, `what is in the trash can be restored: ${JSON.stringify(entry)}`).toBeDefined();
    if (entry.kind === 'image' || isLive(imageId)) kept.get('in-trash')?.push(bytes ?? 0);
  }
  for (const one of after.manifests.values()) {
    if (one.uses > 0 || !isLive(one.imageId)) continue;
    const reason = explainManifest(one, after, times);
    if (reason !== null) kept.get(reason)?.push(one.contentSize);
  }
  for (const link of after.links.values()) {
    if (link.uses > 0 || !isLive(link.imageId)) continue;
    expect(link.unusedSince, 'an unused blob is within its grace').toBeGreaterThanOrEqual(
      times.now - times.gracePeriod,
    );
    kept.get('grace-period')?.push(link.size);
  }
  return [...kept].flatMap(([reason, sizes]) => {
    const bytes = sizes.reduce((sum, size) => sum + size, 0);
    return sizes.length === 0 ? [] : [{ reason, count: sizes.length, bytes }];
  });
}

/** Why a manifest that nothing uses is there; null: it is in the trash. */
function explainManifest(
  one: Manifest,
  { trash, untaggedDays }: Snapshot,
  { now, gracePeriod }: Times,
): KeptSummary['reason'] | null {
  const { imageId, digest, releasedAt, deletedAt } = one;
  const isInTrash = [...trash.values()].some(
    (entry) => entry.tag === null && entry.imageId === imageId && entry.digest === digest,
  );
  if (isInTrash) return null;
  const age = now - Number(one.unusedSince);
  const isUntagged = releasedAt === null && deletedAt === null;
  if (isUntagged && (untaggedDays === null || age <= untaggedDays * DAY)) return 'untagged-policy';
  expect(age, 'a manifest that nothing keeps is within its grace').toBeLessThanOrEqual(gracePeriod);
  return 'grace-period';
}
