import { ApiError } from '../api/error.ts';

/** The field of a form that an error is about; null: it is about the whole. */
export function fieldOf(error: unknown, values: object): string | null {
  const field = error instanceof ApiError ? error.field : null;
  return field !== null && field in values ? field : null;
}
