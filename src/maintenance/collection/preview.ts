import type { Kept } from '../../domain/runs.ts';
import type { Services } from '../../services.ts';
import { surveyKept } from '../../storage/garbage/kept-summary.ts';
import {
  type Leaving,
  type LinkName,
  listDependents,
  listDueLinks,
  listDueManifests,
  listLeaving,
  listLinksOf,
  listLinksOfImages,
  type ManifestFacts,
  type Name,
  readBlobUses,
  readManifestFacts,
} from '../../storage/garbage/preview.ts';
import { readSettings } from '../../storage/settings.ts';

const DAY = 24 * 60 * 60 * 1000;

/** Rows of each sort that a preview looks at. */
const MOST = 5000;
const MOST_LINKS = 20_000;
/** How deep indexes and referrers are followed. */
const MOST_LEVELS = 20;
/** What it shows one by one. */
const MOST_ITEMS = 200;

/** Something that a collection would take. */
interface PreviewItem {
  readonly kind: 'image' | 'version' | 'manifest' | 'blob';
  readonly image: string;
  readonly reference: string;
  readonly bytes: number;
  readonly reason: 'trash-emptied' | 'trash-expired' | 'untagged' | 'unused';
}

/** What a collection of a workspace would do now. */
export interface Preview {
  readonly freedBytes: number;
  readonly freedObjects: number;
  readonly items: readonly PreviewItem[];
  readonly kept: readonly Kept[];
  /** False: there is more than was looked at. */
  readonly complete: boolean;
}

interface Plan {
  readonly services: Services;
  readonly workspaceId: number;
  readonly emptyTrash: boolean;
  readonly now: number;
}

/**
 * What a collection of a workspace would free now, and what it would keep and why: the same
 * decisions as src/collection takes, of which nothing is written.
 */
export async function previewCollection(
  services: Services,
  workspaceId: number,
  emptyTrash: boolean,
): Promise<Preview> {
  const plan: Plan = { services, workspaceId, emptyTrash, now: Date.now() };
  const { trashDays } = await readSettings(services.db);
  const before = emptyTrash ? plan.now + 1 : plan.now - trashDays * DAY;
  const leaving = await listLeaving(services.db, workspaceId, before, MOST);
  const imageIds = leaving.filter(({ kind }) => kind === 'image').map(({ imageId }) => imageId);
  const manifests = await findManifests(plan, leaving, new Set(imageIds));
  const links = await findLinks(plan, manifests, imageIds);
  const blobs = await findBlobs(services, links);
  const objects = manifests.filter(({ objectBytes }) => objectBytes > 0);
  const items = [
    ...leaving.map((one) => describeLeaving(one, emptyTrash)),
    ...manifests.map((manifest) => describeManifest(manifest)),
    ...blobs.map((blob) => ({ ...blob, kind: 'blob' as const, reason: 'unused' as const })),
  ];
  const kept = await surveyKept(services.db, workspaceId, plan.now, services.gracePeriod);
  return {
    freedBytes: sum(blobs.map(({ bytes }) => bytes)) + sum(objects.map((one) => one.objectBytes)),
    freedObjects: blobs.length + objects.length,
    items: items.slice(0, MOST_ITEMS),
    kept: kept.filter(({ reason }) => !emptyTrash || reason !== 'in-trash'),
    complete: Math.max(leaving.length, manifests.length) < MOST && links.length < MOST_LINKS,
  };
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
const keyOf = ({ imageId, digest }: { imageId: number; digest: string | null }) =>
  `${imageId} ${digest}`;
const nameOf = ({ imageId, digest }: { imageId: number; digest: string | null }): Name => [
  imageId,
  String(digest),
];

/** Manifests that go, but for those of images that go as a whole. */
async function findManifests(
  { services, workspaceId, emptyTrash, now }: Plan,
  leaving: readonly Leaving[],
  goneImages: ReadonlySet<number>,
): Promise<ManifestFacts[]> {
  const { db, gracePeriod } = services;
  const unusedBefore = emptyTrash ? Number.MAX_SAFE_INTEGER : now - gracePeriod;
  const due = await listDueManifests(db, workspaceId, unusedBefore, now, MOST);
  const found = due.filter(({ imageId, isKept }) => isKept === 0 && !goneImages.has(imageId));
  // Without the trash, what these leave behind waits for its grace period.
  if (!emptyTrash) return found;
  const versions = leaving.filter(({ kind, imageId }) => {
    return kind === 'version' && !goneImages.has(imageId);
  });
  const losses = new Map<string, number>();
  for (const { tag, ...version } of versions) {
    if (tag !== null) losses.set(keyOf(version), (losses.get(keyOf(version)) ?? 0) + 1);
  }
  const first = await readManifestFacts(db, unique(versions.map(nameOf)), now);
  return await follow(services, [...found, ...first], losses, now);
}

/** Goes on from manifests that may go to what only they need, and so on. */
async function follow(
  { db }: Services,
  candidates: readonly ManifestFacts[],
  losses: Map<string, number>,
  now: number,
): Promise<ManifestFacts[]> {
  const gone = new Map<string, ManifestFacts>();
  let level = candidates;
  for (let depth = 0; depth < MOST_LEVELS && level.length > 0 && gone.size < MOST; depth++) {
    const fresh = level.filter((one) => {
      const isUsed = one.uses > (losses.get(keyOf(one)) ?? 0);
      return !isUsed && one.isKept === 0 && !gone.has(keyOf(one));
    });
    for (const one of fresh) gone.set(keyOf(one), one);
    const dependents = await listDependents(db, unique(fresh.map(nameOf)));
    for (const one of dependents) {
      losses.set(keyOf(one), (losses.get(keyOf(one)) ?? 0) + one.losses);
    }
    level = await readManifestFacts(db, unique(dependents.map(nameOf)), now);
  }
  return [...gone.values()];
}

function unique(names: readonly Name[]): Name[] {
  return [...new Map(names.map((name) => [name.join(' '), name])).values()];
}

async function findLinks(
  { services, workspaceId, emptyTrash, now }: Plan,
  manifests: readonly ManifestFacts[],
  imageIds: readonly number[],
): Promise<LinkName[]> {
  const { db, gracePeriod } = services;
  const links = [
    ...(await listLinksOfImages(db, imageIds, MOST_LINKS)),
    ...(emptyTrash ? await listLinksOf(db, manifests.map(nameOf), MOST_LINKS) : []),
    ...(await listDueLinks(db, workspaceId, now - gracePeriod, MOST_LINKS)),
  ];
  return [...new Map(links.map((link) => [keyOf(link), link])).values()];
}

/** Blobs that no other link has. */
async function findBlobs({ db }: Services, links: readonly LinkName[]) {
  const byDigest = new Map<string, LinkName[]>();
  for (const link of links) {
    byDigest.set(link.digest, [...(byDigest.get(link.digest) ?? []), link]);
  }
  const blobs = await readBlobUses(db, [...byDigest.keys()]);
  return blobs
    .filter(({ digest, uses }) => uses === byDigest.get(digest)?.length)
    .map(({ digest, size }) => ({
      image: byDigest.get(digest)?.[0]?.image ?? '',
      reference: digest,
      bytes: size,
    }));
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
