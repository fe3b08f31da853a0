import { QueryClient } from '@tanstack/react-query';
import { ApiError } from './error.ts';

/** What the console has read so far; an answer is asked for again when it is shown after 15 s. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      retry: (failures, error) =>
        failures < 2 && error instanceof ApiError && (error.status === 0 || error.status >= 500),
    },
  },
});
