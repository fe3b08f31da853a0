import type { DeletionResult } from '../registry/tags.ts';
import { errorCode } from './problem.ts';

/** The result of one item of a bulk deletion, as the API returns it. */
export function deletionBody(deletion: DeletionResult) {
  if (deletion.status === 'deleted') return deletion;
  const { status, message: title } = deletion.error;
  return {
    status: deletion.status,
    problem: { status, code: errorCode(deletion.error), title },
  };
}

/**
 * The trash id of the only item of a deletion.
 * @throws RegistryError if its deletion failed
 */
export function requireTrashId(deletions: readonly DeletionResult[]): string {
  const [deletion] = deletions as [DeletionResult];
  if (deletion.status === 'failed') throw deletion.error;
  return deletion.trashId;
}
