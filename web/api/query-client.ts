import { QueryClient } from '@tanstack/react-query';
import { isRetryableStatus } from '../../src/domain/http-status.ts';
import { ApiError } from './error.ts';

/** Attempts after the first that a failed query gets. */
const RETRIES = 2;

/** What the console has read so far; a response is read again when it is shown after 15 s. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      retry: (failures, error) => failures < RETRIES && isPassing(error),
    },
  },
});

/** Whether an error may pass by itself: the server could not be reached, or cannot answer now. */
function isPassing(error: unknown): boolean {
  return error instanceof ApiError && (error.status === 0 || isRetryableStatus(error.status));
}
