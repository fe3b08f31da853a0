import { QueryClient } from '@tanstack/react-query';
import { isRetryableStatus } from '../../src/domain/http-status.ts';
import { ApiError } from './error.ts';

/** Attempts after the first that a failed query gets. */
const RETRIES = 2;

/** The cache of the API's responses; one that is older than 15 s is read again when it is shown. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      retry: (failures, error) => failures < RETRIES && isPassing(error),
    },
  },
});

/** Whether an error may be temporary. */
function isPassing(error: unknown): boolean {
  return error instanceof ApiError && (error.status === 0 || isRetryableStatus(error.status));
}
