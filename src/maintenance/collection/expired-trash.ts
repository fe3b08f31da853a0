import { TRASH_KINDS } from '../../domain/trash.ts';
import {
  deleteEmptyWorkspace,
  deleteImageSlice,
  findImageOf,
} from '../../storage/garbage/delete-image.ts';
import {
  deletePurgedVersions,
  listPurged,
  markExpiredPurged,
  type Purged,
} from '../../storage/trash/purge.ts';
import { applyToEach, type Phase, reasonOf, type SliceContext, timesOf } from './slice.ts';

const SLICE = 500;

/** Purges what has been in the trash for too long, or all of it. */
export const markExpiredTrash: Phase = {
  name: 'expire',
  of: 'everywhere',
  slice: async (collection, at) => {
    const { db, run } = collection;
    const kind = TRASH_KINDS[Number(at ?? 0)];
    if (kind === undefined) return { next: null };
    const times = timesOf(collection);
    const count = await markExpiredPurged(db, run.workspaceId, kind, times, Date.now(), SLICE);
    return { next: count < SLICE ? Number(at ?? 0) + 1 : Number(at ?? 0) };
  },
};

/** Deletes purged versions: their tags go, and their manifests are released. */
export const releasePurgedVersions: Phase = {
  name: 'versions',
  of: 'everywhere',
  slice: async ({ db, run }, at) => {
    const purged = await listPurged(db, run.workspaceId, ['version'], Number(at ?? 0), SLICE);
    const errors = await applyToEach(
      purged,
      (some) => deletePurgedVersions(db, some, Date.now()),
      ({ id }) => `version-${id} in the trash`,
    );
    return { next: purged.at(-1)?.id ?? null, errors };
  },
};

/** Deletes purged images and workspaces, a slice of one image at a time. */
export const deletePurgedImages: Phase = {
  name: 'images',
  of: 'everywhere',
  slice: async (collection, at) => {
    const { db, run } = collection;
    const after = Number(at ?? 0);
    const kinds = ['image', 'workspace'] as const;
    const [purged] = await listPurged(db, run.workspaceId, kinds, after, 1);
    if (!purged) return { next: null };
    try {
      return { next: (await deleteSlice(collection, purged)) ? purged.id : after };
    } catch (error) {
      return { next: purged.id, errors: [`number ${purged.id} in the trash: ${reasonOf(error)}`] };
    }
  },
};

/** Deletes a slice of an image or a workspace; answers whether it is gone. */
async function deleteSlice({ db, run }: SliceContext, purged: Purged): Promise<boolean> {
  const { workspaceId } = purged;
  const imageId = purged.imageId ?? (await findImageOf(db, workspaceId));
  if (imageId === null) return await deleteEmptyWorkspace(db, workspaceId);
  const gone = await deleteImageSlice(db, imageId, { runId: run.id, now: Date.now() });
  return gone && purged.imageId !== null;
}
