import { TRASH_KINDS } from '../../domain/trash.ts';
import { dismantleImage, dropWorkspace, findImageOf } from '../../storage/garbage/delete-image.ts';
import { expireTrash, listPurged, type Purged, purgeVersions } from '../../storage/trash/purge.ts';
import { applyToEach, type Collection, type Phase, reasonOf } from './slice.ts';

const DAY = 24 * 60 * 60 * 1000;
const SLICE = 500;

/** Ends the trash time of what lies there for too long, or of all. */
export const expire: Phase = {
  name: 'expire',
  of: 'everywhere',
  slice: async ({ db, run, trashDays }, at) => {
    const kind = TRASH_KINDS[Number(at ?? 0)];
    if (kind === undefined) return { next: null };
    const { workspaceId, emptyTrash, startedAt } = run;
    const before = emptyTrash ? startedAt + 1 : startedAt - trashDays * DAY;
    const count = await expireTrash(db, { workspaceId, kind, before }, Date.now(), SLICE);
    return { next: count < SLICE ? Number(at ?? 0) + 1 : Number(at ?? 0) };
  },
};

/** Takes purged versions apart: their tags go, and their manifests are released. */
export const versions: Phase = {
  name: 'versions',
  of: 'everywhere',
  slice: async ({ db, run }, at) => {
    const purged = await listPurged(db, run.workspaceId, ['version'], Number(at ?? 0), SLICE);
    const errors = await applyToEach(
      purged,
      (some) => purgeVersions(db, some, Date.now()),
      ({ id }) => `version-${id} in the trash`,
    );
    return { next: purged.at(-1)?.id ?? null, errors };
  },
};

/** Takes purged images and workspaces apart, a slice of one image at a time. */
export const images: Phase = {
  name: 'images',
  of: 'everywhere',
  slice: async (collection, at) => {
    const { db, run } = collection;
    const after = Number(at ?? 0);
    const kinds = ['image', 'workspace'] as const;
    const [purged] = await listPurged(db, run.workspaceId, kinds, after, 1);
    if (!purged) return { next: null };
    try {
      return { next: (await dismantle(collection, purged)) ? purged.id : after };
    } catch (error) {
      return { next: purged.id, errors: [`number ${purged.id} in the trash: ${reasonOf(error)}`] };
    }
  },
};

/** Takes a slice of an image or a workspace apart; answers whether it has gone. */
async function dismantle({ db, run }: Collection, purged: Purged): Promise<boolean> {
  const { workspaceId } = purged;
  const imageId = purged.imageId ?? (await findImageOf(db, workspaceId));
  if (imageId === null) return await dropWorkspace(db, workspaceId);
  const gone = await dismantleImage(db, imageId, { runId: run.id, now: Date.now() });
  return gone && purged.imageId !== null;
}
