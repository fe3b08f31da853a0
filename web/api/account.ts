import { api } from './client.ts';
import type { Item } from './contract.ts';
import { PAGE_SIZE, pagedQuery } from './pages.ts';
import { queryClient } from './query-client.ts';

export type AccountSession = Item<'get /account/sessions'>;

/** Where I am signed in, the latest sign-in first. */
export const sessionsQuery = pagedQuery(['account', 'sessions'], (cursor) =>
  api('get /account/sessions', { query: { cursor, limit: PAGE_SIZE } }),
);

/** Signs out elsewhere. */
export async function endSession(sessionId: number): Promise<void> {
  await api('delete /account/sessions/{sessionId}', { params: { sessionId } });
  await queryClient.invalidateQueries({ queryKey: ['account', 'sessions'] });
}

/** Signs out everywhere but here. */
export async function endOtherSessions(): Promise<void> {
  await api('delete /account/sessions');
  await queryClient.invalidateQueries({ queryKey: ['account', 'sessions'] });
}
