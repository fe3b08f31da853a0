import type { RegistryError } from '../domain/errors.ts';
import { errorCode } from './problem.ts';

/** How one item of a bulk call fared: its id in the trash, or why it is not there. */
export function describeDeletion(outcome: { trashId: string } | { error: RegistryError }) {
  if ('trashId' in outcome) return { status: 'deleted' as const, trashId: outcome.trashId };
  const { status, message: title } = outcome.error;
  return {
    status: 'failed' as const,
    problem: { status, code: errorCode(outcome.error), title },
  };
}
