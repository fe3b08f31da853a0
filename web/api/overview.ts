import { queryOptions } from '@tanstack/react-query';
import { api } from './client.ts';
import type { ResponseBody } from './contract.ts';

export type Overview = ResponseBody<'get /overview'>;
export type Integrity = ResponseBody<'get /integrity'>;

/** What the whole platform holds, and how it is used. */
export const overviewQuery = queryOptions({
  queryKey: ['overview'],
  queryFn: () => api('get /overview'),
});

/** Whether stored content is still what was pushed: damage found so far, and progress. */
export const integrityQuery = queryOptions({
  queryKey: ['integrity'],
  queryFn: () => api('get /integrity', { query: { limit: 20 } }),
});
