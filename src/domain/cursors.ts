import * as z from 'zod/mini';
import { RegistryError } from './errors.ts';

/** Entries of a page of /api: if the client does not say, and at most. */
export const DEFAULT_LIMIT = 50;
export const MAX_LIMIT = 200;

/** Where the next page begins, as an opaque text that the client sends back. */
export function encodeCursor(key: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(key), 'utf8').toString('base64url');
}

/**
 * Reads a cursor that encodeCursor made.
 * @param schema of this list's key, for example z.tuple([z.number(), z.string()])
 * @throws RegistryError FIELD_INVALID
 */
export function decodeCursor<T>(text: string, schema: z.core.$ZodType<T>): T {
  try {
    return z.parse(schema, JSON.parse(Buffer.from(text, 'base64url').toString('utf8')));
  } catch (error) {
    if (!(error instanceof SyntaxError) && !(error instanceof z.core.$ZodError)) throw error;
    throw new RegistryError('FIELD_INVALID', 'the cursor does not come from this list', {
      field: 'cursor',
    });
  }
}

/** A page made of up to `limit` + 1 entries: the entries, and the cursor if there are more. */
export function toPage<T>(
  found: readonly T[],
  limit: number,
  keyOf: (entry: T) => readonly (string | number)[],
): { readonly items: T[]; readonly next: string | null } {
  const items = found.slice(0, limit);
  const last = items.at(-1);
  return { items, next: found.length > limit && last ? encodeCursor(keyOf(last)) : null };
}
