/** Readers of query parameters: invalid ones are left out, so that the screen's default applies. */
type Raw = Record<string, unknown>;

export function text(raw: Raw, name: string): string | undefined {
  const value = raw[name];
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** An id: a positive integer. */
export function id(raw: Raw, name: string): number | undefined {
  const value = Number(raw[name]);
  return Number.isSafeInteger(value) && value > 0 ? value : undefined;
}

export function oneOf<T extends string>(
  raw: Raw,
  name: string,
  values: readonly T[],
): T | undefined {
  return values.find((value) => value === raw[name]);
}

/** Leaves out undefined values, so that they are not in the address. */
export function compact<T extends object>(search: T): Partial<T> {
  return Object.fromEntries(
    Object.entries(search).filter(([, value]) => value !== undefined),
  ) as Partial<T>;
}
