import type { TrashScope } from '../../src/domain/lists.ts';
import type { TrashKind } from '../../src/domain/trash.ts';
import { api } from './client.ts';
import type { Item } from './contract.ts';
import { PAGE_SIZE, pagedQuery } from './pages.ts';
import { queryClient } from './query-client.ts';

export type TrashItem = Item<'get /trash'>;

/** Which part of the trash a list shows. */
interface TrashFilter {
  readonly scope: TrashScope;
  readonly kind: TrashKind | undefined;
}

/** What was deleted and can be restored, the latest first. */
export const trashQuery = (filter: TrashFilter) =>
  pagedQuery(['trash', filter], (cursor) =>
    api('get /trash', { query: { ...filter, cursor, limit: PAGE_SIZE } }),
  );

/**
 * Restores what was deleted, under another name if one is given.
 * @throws ApiError name-taken if the name is in use; in-trash if its parent is in the trash
 */
export async function restore(trashId: string, name?: string): Promise<void> {
  const body = name === undefined ? {} : { name };
  await api('post /trash/{trashId}/restoration', { params: { trashId }, body });
  // What was restored may be shown anywhere: in lists, in totals, in its parents.
  await queryClient.invalidateQueries();
}

/** Deletes an item of the trash permanently. */
export async function deleteForGood(trashId: string): Promise<void> {
  await api('delete /trash/{trashId}', { params: { trashId } });
  await queryClient.invalidateQueries({ queryKey: ['trash'] });
}
