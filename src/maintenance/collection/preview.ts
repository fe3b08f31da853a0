import type { KeptSummary } from '../../domain/runs.ts';
import { DAY_MS } from '../../domain/time.ts';
import type { Services } from '../../services.ts';
import { summarizeKept } from '../../storage/garbage/kept-summary.ts';
import {
  type Leaving,
  type LeavingBlob,
  type LinkName,
  listBlobsOnlyOf,
  listDependents,
  listDueLinks,
  listDueManifests,
  listLeaving,
  listLinksOf,
  listLinksOfImages,
  type ManifestFacts,
  readManifestFacts,
} from '../../storage/garbage/preview.ts';
import { readSettings } from '../../storage/settings.ts';

/** Rows of each kind that a preview reads. */
const MOST = 5000;
const MOST_LINKS = 20_000;
/** Depth to which children and referrers are followed. */
const MOST_LEVELS = 20;
/** Items that it lists. */
const MOST_ITEMS = 200;

/** Something that a collection would delete. */
interface PreviewItem {
  readonly kind: 'image' | 'version' | 'manifest' | 'blob';
  readonly image: string;
  readonly reference: string;
  readonly bytes: number;
  readonly reason: 'trash-emptied' | 'trash-expired' | 'untagged' | 'unused';
}

/** What a collection of a workspace would delete and keep now. */
export interface CollectionPreview {
  readonly freedBytes: number;
  readonly freedObjects: number;
  readonly items: readonly PreviewItem[];
  readonly kept: readonly KeptSummary[];
  /** False: there is more than a preview reads. */
  readonly complete: boolean;
}

interface Plan {
  readonly services: Services;
  readonly workspaceId: number;
  readonly emptyTrash: boolean;
  readonly now: number;
}

/**
 * What a collection of a workspace would delete now, and what it would keep and why. Decides by
 * the same conditions as the phases (src/storage/collectable.ts), and changes nothing.
 */
export async function previewCollection(
  services: Services,
  workspaceId: number,
  emptyTrash: boolean,
): Promise<CollectionPreview> {
  const plan: Plan = { services, workspaceId, emptyTrash, now: Date.now() };
  const { db, gracePeriod } = services;
  const { trashDays } = await readSettings(db);
  const before = emptyTrash ? plan.now + 1 : plan.now - trashDays * DAY_MS;
  const leaving = await listLeaving(db, workspaceId, before, MOST);
  const imageIds = leaving.filter(({ kind }) => kind === 'image').map(({ imageId }) => imageId);
  const manifests = await findManifests(plan, leaving, new Set(imageIds));
  const links = await findLinks(plan, manifests, imageIds);
  const blobs = await listBlobsOnlyOf(db, links);
  const objects = manifests.filter(({ objectBytes }) => objectBytes > 0);
  const kept = await summarizeKept(db, workspaceId, plan.now, gracePeriod);
  const items = [
    ...leaving.map((one) => describeLeaving(one, emptyTrash)),
    ...manifests.map((manifest) => describeManifest(manifest)),
    ...blobs.map((blob) => describeBlob(blob)),
  ];
  return {
    freedBytes: sum(blobs.map(({ size }) => size)) + sum(objects.map((one) => one.objectBytes)),
    freedObjects: blobs.length + objects.length,
    items: items.slice(0, MOST_ITEMS),
    kept: kept.filter(({ reason }) => !emptyTrash || reason !== 'in-trash'),
    complete: Math.max(leaving.length, manifests.length) < MOST && links.length < MOST_LINKS,
  };
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);

/** Manifests to be deleted, except those of images that are deleted as a whole. */
async function findManifests(
  { services, workspaceId, emptyTrash, now }: Plan,
  leaving: readonly Leaving[],
  goneImages: ReadonlySet<number>,
): Promise<ManifestFacts[]> {
  const { db, gracePeriod } = services;
  const unusedBefore = emptyTrash ? Number.MAX_SAFE_INTEGER : now - gracePeriod;
  const due = await listDueManifests(db, workspaceId, unusedBefore, now, MOST);
  const found = due.filter(({ imageId, isKept }) => !isKept && !goneImages.has(imageId));
  // Otherwise, what these release waits for its grace period.
  if (!emptyTrash) return found;
  const losses = new Map<number, number>();
  const ids = new Set<number>();
  for (const { kind, imageId, manifestId, tag } of leaving) {
    if (kind !== 'version' || manifestId === null || goneImages.has(imageId)) continue;
    ids.add(manifestId);
    if (tag !== null) losses.set(manifestId, (losses.get(manifestId) ?? 0) + 1);
  }
  const first = await readManifestFacts(db, [...ids], now);
  return await follow(services, [...found, ...first], losses, now);
}

/** Of the candidates, the manifests to be deleted, with all that only these use, at any depth. */
async function follow(
  { db }: Services,
  candidates: readonly ManifestFacts[],
  losses: Map<number, number>,
  now: number,
): Promise<ManifestFacts[]> {
  const gone = new Map<number, ManifestFacts>();
  let level = candidates;
  for (let depth = 0; depth < MOST_LEVELS && level.length > 0 && gone.size < MOST; depth++) {
    const fresh = level.filter(({ id, uses, isKept }) => {
      return uses <= (losses.get(id) ?? 0) && !isKept && !gone.has(id);
    });
    for (const one of fresh) gone.set(one.id, one);
    const dependents = await listDependents(db, [...new Set(fresh.map(({ id }) => id))]);
    for (const one of dependents) losses.set(one.id, (losses.get(one.id) ?? 0) + one.losses);
    level = await readManifestFacts(db, [...new Set(dependents.map(({ id }) => id))], now);
  }
  return [...gone.values()];
}

/** Links to be deleted, each once. */
async function findLinks(
  { services, workspaceId, emptyTrash, now }: Plan,
  manifests: readonly ManifestFacts[],
  imageIds: readonly number[],
): Promise<LinkName[]> {
  const { db, gracePeriod } = services;
  const ids = manifests.map(({ id }) => id);
  const links = [
    ...(await listLinksOfImages(db, imageIds, MOST_LINKS)),
    ...(emptyTrash ? await listLinksOf(db, ids, MOST_LINKS) : []),
    ...(await listDueLinks(db, workspaceId, now - gracePeriod, MOST_LINKS)),
  ];
  return [...new Map(links.map((link) => [`${link.blobId} ${link.imageId}`, link])).values()];
}

function describeBlob({ digest, size, image }: LeavingBlob): PreviewItem {
  return { kind: 'blob', image, reference: digest, bytes: size, reason: 'unused' };
}

function describeLeaving(leaving: Leaving, emptyTrash: boolean): PreviewItem {
  const { kind, image, tag, digest, bytes } = leaving;
  const reason = emptyTrash ? 'trash-emptied' : 'trash-expired';
  if (kind === 'version') return { kind, image, reference: tag ?? String(digest), bytes, reason };
  return { kind: 'image', image, reference: image, bytes, reason };
}

function describeManifest({ image, digest, bytes }: ManifestFacts): PreviewItem {
  return { kind: 'manifest', image, reference: digest, bytes, reason: 'untagged' };
}
