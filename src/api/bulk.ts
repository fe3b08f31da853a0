import type { DeletionResult } from '../registry/tags.ts';
import { errorCode } from './problem.ts';

/** The result of one item of a bulk deletion, as the API shows it. */
export function deletionBody(deletion: DeletionResult) {
  if (deletion.status === 'deleted') return deletion;
  const { status, message: title } = deletion.error;
  return {
    status: deletion.status,
    problem: { status, code: errorCode(deletion.error), title },
  };
}

/**
 * The trash id of the only item that was to be deleted.
 * @throws RegistryError when it was not
 */
export function requireTrashId(deletions: readonly DeletionResult[]): string {
  const [deletion] = deletions as [DeletionResult];
  if (deletion.status === 'failed') throw deletion.error;
  return deletion.trashId;
}
