import type { KeptSummary } from '../../domain/runs.ts';
import type { Services } from '../../services.ts';
import { type CollectionTimes, collectionTimes } from '../../storage/collectable.ts';
import type { Database } from '../../storage/database.ts';
import { summarizeKept } from '../../storage/garbage/kept-summary.ts';
import {
  type LeavingBlob,
  type LinkName,
  listBlobsOnlyOf,
  listExpiredLinks,
  listLinksOf,
  listLinksOfImages,
  type UnneededLink,
} from '../../storage/garbage/preview-links.ts';
import {
  type Leaving,
  listLeaving,
  listManifestObjects,
  type ManifestFacts,
} from '../../storage/garbage/preview-manifests.ts';
import { readSettings } from '../../storage/settings.ts';
import { flushCounters } from '../flush-counters.ts';
import { MAX_MANIFESTS, type ManifestPlan, planManifests } from './preview-manifests.ts';

/** Rows of each sort that a preview looks at. */
const MAX_LEAVING = 5000;
const MAX_LINKS = 20_000;
/** Pull counters that are asked for uses. */
const MAX_ASKED = 500;
/** What it shows one by one. */
const MAX_ITEMS = 200;

/** Something that a collection would take. */
interface PreviewItem {
  readonly kind: 'image' | 'version' | 'manifest' | 'blob';
  readonly image: string;
  readonly reference: string;
  readonly bytes: number;
  /** Of a version or a manifest, ms; null: never, or it is neither. */
  readonly lastUsedAt: number | null;
  readonly reason: 'trash-emptied' | 'trash-expired' | 'untagged' | 'unused';
}

/** What a collection of a workspace would do. */
export interface CollectionPreview {
  readonly freedBytes: number;
  readonly freedObjects: number;
  /** Of an image that goes as a whole only the image, and blobs. */
  readonly items: readonly PreviewItem[];
  readonly kept: readonly KeptSummary[];
  /** False: there is more than was looked at. */
  readonly complete: boolean;
}

/**
 * What a collection of a workspace that starts at `now` (ms) would free, and what it would keep
 * and why: the same decisions as the phases take (src/storage/collectable.ts), of which nothing
 * is written.
 */
export async function previewCollection(
  { db, pulls, gracePeriod }: Services,
  workspaceId: number,
  emptyTrash: boolean,
  now: number,
): Promise<CollectionPreview> {
  const { trashDays } = await readSettings(db);
  const times = collectionTimes({ startedAt: now, emptyTrash, trashDays, gracePeriod });
  const plan = await planKnowingUses(pulls, () => makePlan(db, workspaceId, emptyTrash, times));
  const kept = await summarizeKept(db, workspaceId, times);
  const items = [
    ...plan.leaving.map((one) => describeLeaving(one, emptyTrash)),
    ...plan.manifests.gone.map(describeManifest),
    ...plan.blobs.map(describeBlob),
  ];
  return {
    freedBytes: sum(plan.objects),
    freedObjects: plan.objects.length,
    items: items.slice(0, MAX_ITEMS),
    kept: addKept(kept, newlyKept(plan)),
    complete: plan.complete,
  };
}

/** Asks the counters of the images that lose something, as the run will, and plans again. */
async function planKnowingUses(
  pulls: DurableObjectNamespace,
  plan: () => Promise<Plan>,
): Promise<Plan> {
  const first = await plan();
  const images = new Set(first.manifests.gone.map(({ imageId }) => imageId));
  if (images.size === 0) return first;
  await flushCounters(pulls, [...images].slice(0, MAX_ASKED));
  return await plan();
}

/** All that a collection would change. */
interface Plan {
  /** What leaves the trash, except versions of images that go as a whole. */
  readonly leaving: readonly Leaving[];
  readonly manifests: ManifestPlan;
  /** Links that stay for their grace period, although no manifest is left that names their blobs. */
  readonly spared: readonly UnneededLink[];
  readonly blobs: readonly LeavingBlob[];
  /** Bytes of each object that goes. */
  readonly objects: readonly number[];
  readonly complete: boolean;
}

async function makePlan(
  db: Database,
  workspaceId: number,
  emptyTrash: boolean,
  times: CollectionTimes,
): Promise<Plan> {
  const trash = await listLeaving(db, workspaceId, times, MAX_LEAVING);
  const images = trash.filter(({ kind }) => kind === 'image').map(({ imageId }) => imageId);
  const gone = new Set(images);
  const leaving = trash.filter(({ kind, imageId }) => kind === 'image' || !gone.has(imageId));
  const manifests = await planManifests(db, workspaceId, times, leaving, gone);
  const ids = manifests.gone.map(({ id }) => id);
  const unneeded = await listLinksOf(db, ids, MAX_LINKS);
  const links = [
    ...(await listLinksOfImages(db, images, MAX_LINKS)),
    ...(await listExpiredLinks(db, workspaceId, times, MAX_LINKS)),
    ...(emptyTrash ? unneeded : []),
  ];
  const blobs = await listBlobsOnlyOf(db, unique(links));
  const objects = [
    ...blobs.map(({ size }) => size),
    ...manifests.gone.map(({ objectBytes }) => objectBytes).filter((bytes) => bytes > 0),
    ...(await listManifestObjects(db, images, MAX_MANIFESTS)),
  ];
  return {
    ...{ leaving, manifests, blobs, objects },
    spared: emptyTrash ? [] : unneeded,
    complete:
      manifests.complete &&
      trash.length < MAX_LEAVING &&
      Math.max(links.length, unneeded.length) < MAX_LINKS,
  };
}

/** Each link once. */
const unique = (links: readonly LinkName[]): LinkName[] => [
  ...new Map(links.map((link) => [`${link.blobId} ${link.imageId}`, link])).values(),
];

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);

/** What is kept afterwards, and was in use or in the trash until now. */
function newlyKept({ manifests, spared }: Plan): KeptSummary[] {
  const live = spared.filter(({ isLive }) => isLive);
  // What an image in the trash loses does not count for it any more.
  const lost = spared.filter(({ isLive, isHidden }) => !isLive && !isHidden);
  const untagged = manifests.kept.filter(({ isLive }) => isLive).map((one) => one.contentBytes);
  const waiting = manifests.waiting.filter(({ isLive }) => isLive).map((one) => one.contentBytes);
  const inGrace = [...waiting, ...live.map(({ size }) => size)];
  return [
    { reason: 'in-trash', count: 0, bytes: -sum(lost.map(({ size }) => size)) },
    { reason: 'untagged-policy', count: untagged.length, bytes: sum(untagged) },
    { reason: 'grace-period', count: inGrace.length, bytes: sum(inGrace) },
  ];
}

/** Sums by reason, in the order of the second, without those of which there is nothing. */
function addKept(one: readonly KeptSummary[], other: readonly KeptSummary[]): KeptSummary[] {
  const sums = other.map(({ reason, count, bytes }) => {
    const more = one.find((kept) => kept.reason === reason);
    return { reason, count: count + (more?.count ?? 0), bytes: bytes + (more?.bytes ?? 0) };
  });
  return sums.filter(({ count }) => count > 0);
}

function describeBlob({ digest, size, image }: LeavingBlob): PreviewItem {
  return {
    kind: 'blob',
    image,
    reference: digest,
    bytes: size,
    lastUsedAt: null,
    reason: 'unused',
  };
}

function describeLeaving(leaving: Leaving, emptyTrash: boolean): PreviewItem {
  const { kind, image, tag, digest, bytes, lastUsedAt } = leaving;
  const reason = emptyTrash ? 'trash-emptied' : 'trash-expired';
  if (kind !== 'version') {
    return { kind: 'image', image, reference: image, bytes, lastUsedAt: null, reason };
  }
  return { kind, image, reference: tag ?? String(digest), bytes, lastUsedAt, reason };
}

function describeManifest({ image, digest, bytes, lastUsedAt }: ManifestFacts): PreviewItem {
  return { kind: 'manifest', image, reference: digest, bytes, lastUsedAt, reason: 'untagged' };
}
