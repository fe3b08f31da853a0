import { RegistryError } from '../domain/errors.ts';

/** Maximum number of names listed in a NOT_EMPTY error; `more` tells that there are others. */
const SHOWN = 20;

/** The error for a name that is in use; `owner` describes what uses it. */
export function nameTaken(owner: string): RegistryError {
  return new RegistryError('NAME_TAKEN', `there is already a ${owner}`, { field: 'name' });
}

/**
 * The error for deleting something that is not empty.
 * @param kind what it contains, in the plural
 * @param list reads at most `limit` of their names
 */
export async function notEmpty(
  kind: string,
  list: (limit: number) => Promise<readonly string[]>,
): Promise<RegistryError> {
  const found = await list(SHOWN + 1);
  const names = found.slice(0, SHOWN);
  const more = found.length > SHOWN;
  const message = `it still has ${kind}: ${names.join(', ')}${more ? ' and more' : ''}`;
  return new RegistryError('NOT_EMPTY', message, { detail: { [kind]: names, more } });
}
