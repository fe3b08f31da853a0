/** What a list is sorted by, and which way. */
export interface Sort<Key extends string = string> {
  readonly by: Key;
  readonly order: 'asc' | 'desc';
}

/** The order in which a list is shown first: names from the first, figures and times from the most. */
export function usualOrder(key: string): Sort['order'] {
  return key === 'name' ? 'asc' : 'desc';
}
