import type { TrashScope } from '../../src/domain/lists.ts';
import type { TrashKind } from '../../src/domain/trash.ts';
import { api } from './client.ts';
import type { Item } from './contract.ts';
import { PAGE_SIZE, pagedQuery } from './pages.ts';
import { queryClient } from './query-client.ts';

export type TrashItem = Item<'get /trash'>;

/** What of the trash a list shows. */
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
 * @throws ApiError name-taken while something else has the name; in-trash while what it
 * belongs to is in the trash itself
 */
export async function restore(trashId: string, name?: string): Promise<void> {
  const body = name === undefined ? {} : { name };
  await api('post /trash/{trashId}/restoration', { params: { trashId }, body });
  // What is restored may be shown anywhere: in lists, in sums, in what it belongs to.
  await queryClient.invalidateQueries();
}

/** Deletes for good: nothing brings it back. */
export async function deleteForGood(trashId: string): Promise<void> {
  await api('delete /trash/{trashId}', { params: { trashId } });
  await queryClient.invalidateQueries({ queryKey: ['trash'] });
}
