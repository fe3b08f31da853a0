import type { Digest } from '../domain/digest.ts';
import { RegistryError } from '../domain/errors.ts';
import { formatTrashId } from '../domain/trash.ts';
import type { Services } from '../services.ts';
import { refusalOf } from '../storage/database.ts';
import { restoreImage, restoreVersion, restoreWorkspace } from '../storage/trash/restore.ts';
import { findTrash, type TrashRecord } from '../storage/trash/trash.ts';

/** The name of something that was restored. */
export interface Restored {
  readonly kind: TrashRecord['kind'];
  readonly workspace: string;
  readonly image: string | null;
  readonly tag: string | null;
}

/**
 * Restores something from the trash with all its content.
 * @param name a new name, parsed for its kind; null: the one it had
 * @throws RegistryError NAME_TAKEN; IN_TRASH if its image or workspace must be restored first;
 *   NOT_FOUND if it is not in the trash any more; FIELD_INVALID for a name if it had no tag
 */
export async function restore(
  { db }: Services,
  record: TrashRecord,
  name: string | null,
  by: string,
): Promise<Restored> {
  const { id, kind, workspaceId, imageId } = record;
  const restored = rename(record, name);
  const done = await refuseTaken(restored, () => {
    if (kind === 'workspace') return restoreWorkspace(db, id, workspaceId, restored.workspace);
    if (kind === 'image') return restoreImage(db, id, Number(imageId), String(restored.image));
    return restoreVersion(db, versionOf(record, restored.tag), by, Date.now());
  });
  if (!done) throw toRegistryError(await findTrash(db, kind, id));
  return restored;
}

function rename(record: TrashRecord, name: string | null): Restored {
  const { kind, workspace, image, tag } = record;
  const restored = { kind, workspace, image, tag };
  if (name === null) return restored;
  if (kind === 'workspace') return { ...restored, workspace: name };
  if (kind === 'image') return { ...restored, image: name };
  if (tag !== null) return { ...restored, tag: name };
  throw new RegistryError('FIELD_INVALID', 'name: what was deleted had no tag', { field: 'name' });
}

function versionOf({ id, imageId, digest, trashedTagId }: TrashRecord, name: string | null) {
  return {
    trashId: id,
    imageId: Number(imageId),
    digest: digest as Digest,
    tag: trashedTagId === null || name === null ? null : { trashedTagId, name },
  };
}

async function refuseTaken<T>({ kind, workspace, image, tag }: Restored, write: () => Promise<T>) {
  try {
    return await write();
  } catch (error) {
    if (refusalOf(error) !== 'name_taken') throw error;
    const name = { workspace, image, version: tag }[kind];
    const message = `there is already a ${kind} ${name}: restore it under another name`;
    throw new RegistryError('NAME_TAKEN', message, { field: 'name' });
  }
}

function toRegistryError(record: TrashRecord | null): RegistryError {
  if (record?.workspaceDeleted && record.kind !== 'workspace') {
    return new RegistryError(
      'IN_TRASH',
      `workspace ${record.workspace} is in the trash: restore that first`,
    );
  }
  if (record?.imageDeleted && record.kind === 'version') {
    return new RegistryError(
      'IN_TRASH',
      `image ${record.workspace}/${record.image} is in the trash: restore that first`,
    );
  }
  return new RegistryError('NOT_FOUND', 'it is not in the trash any more');
}

/** The public id of something in the trash. */
export function trashIdOf({ kind, id }: Pick<TrashRecord, 'kind' | 'id'>): string {
  return formatTrashId(kind, id);
}
