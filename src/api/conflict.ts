import { RegistryError } from '../domain/errors.ts';

/** Names an answer shows of what is inside; the rest is only said to be there. */
const SHOWN = 20;

/** The error for a name that something has: `owner` says what. */
export function nameTaken(owner: string): RegistryError {
  return new RegistryError('NAME_TAKEN', `there is already a ${owner}`, { field: 'name' });
}

/**
 * The error for deleting what still has something inside.
 * @param kind what is inside, in the plural
 * @param list reads so many of their names
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
