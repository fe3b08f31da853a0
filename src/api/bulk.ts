import type { RegistryError } from '../domain/errors.ts';
import { errorCode } from './problem.ts';

/** How one item of a bulk call fared; a null error: it is done. */
export function describeDeletion(error: RegistryError | null) {
  if (error === null) return { status: 'deleted' as const };
  const { status, message: title } = error;
  return { status: 'failed' as const, problem: { status, code: errorCode(error), title } };
}
