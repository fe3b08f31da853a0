import { sql } from 'drizzle-orm';
import type { Database } from '../database.ts';

/** A version that a rule of its workspace makes immutable. */
export interface ImmutableVersion {
  readonly image: string;
  readonly tag: string;
}

/** What immutable versions are in: something in the trash counts as well. */
export type ImmutablePlace =
  | { readonly workspaceId: number }
  | { readonly imageId: number }
  | { readonly trashId: number };

/** The first immutable versions of a workspace, an image, or one of them in the trash. */
export async function listImmutableVersions(
  db: Database,
  place: ImmutablePlace,
  limit: number,
): Promise<ImmutableVersion[]> {
  const from =
    'trashId' in place
      ? sql`immutable_trash WHERE trash_id = ${place.trashId}`
      : 'imageId' in place
        ? sql`immutable_versions WHERE image_id = ${place.imageId}`
        : sql`immutable_versions WHERE workspace_id = ${place.workspaceId}`;
  // A tag may match several patterns.
  return await db.all<ImmutableVersion>(sql`
    SELECT DISTINCT image, tag FROM ${from} LIMIT ${limit}`);
}
