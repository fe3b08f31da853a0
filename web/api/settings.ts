import { queryOptions } from '@tanstack/react-query';
import { api } from './client.ts';
import type { ResponseBody } from './contract.ts';
import { queryClient } from './query-client.ts';

export type Settings = ResponseBody<'get /settings'>;

/** The settings of the platform. */
export const settingsQuery = queryOptions({
  queryKey: ['settings'],
  queryFn: () => api('get /settings'),
});

/** Changes the settings. */
export async function changeSettings(change: Settings): Promise<void> {
  const now = await api('patch /settings', { body: change });
  queryClient.setQueryData(settingsQuery.queryKey, now);
}
