import {
  isReservedWorkspaceName,
  MAX_WORKSPACE_LENGTH,
  WORKSPACE_NAME,
} from '../../../src/domain/names.ts';

/** What is wrong with a workspace's name; null: nothing. */
export function faultOfName(name: string): 'empty' | 'letters' | 'long' | 'reserved' | null {
  if (name === '') return 'empty';
  if (!WORKSPACE_NAME.test(name)) return 'letters';
  if (name.length > MAX_WORKSPACE_LENGTH) return 'long';
  return isReservedWorkspaceName(name) ? 'reserved' : null;
}
