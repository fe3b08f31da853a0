import { queryOptions } from '@tanstack/react-query';
import { api } from './client.ts';

/** What holds for the whole platform. */
export const settingsQuery = queryOptions({
  queryKey: ['settings'],
  queryFn: () => api('get /settings'),
});
