import { type InfiniteData, infiniteQueryOptions } from '@tanstack/react-query';

/** A page of a list, as every list of the API answers it. */
export interface Page<T> {
  readonly items: T[];
  /** Cursor of the next page; null at the end. */
  readonly next: string | null;
}

/** Entries that a list asks for at a time. */
export const PAGE_SIZE = 100;

/** A list that is read page by page as somebody scrolls; its data are the entries so far. */
export function pagedQuery<T>(
  queryKey: readonly unknown[],
  readPage: (cursor: string | undefined) => Promise<Page<T>>,
) {
  return infiniteQueryOptions({
    queryKey,
    queryFn: ({ pageParam }) => readPage(pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page: Page<T>) => page.next ?? undefined,
    select: (data: InfiniteData<Page<T>, string | undefined>): T[] =>
      data.pages.flatMap(({ items }) => items),
  });
}

/** Entries that are offered to choose from at most. */
const MOST_CHOICES = 1000;

/** Reads a list page after page, for something to be chosen from: its first thousand entries. */
export async function readAll<T>(
  readPage: (cursor: string | undefined) => Promise<Page<T>>,
): Promise<T[]> {
  const found: T[] = [];
  let cursor: string | undefined;
  do {
    const { items, next } = await readPage(cursor);
    found.push(...items);
    cursor = next ?? undefined;
  } while (cursor && found.length < MOST_CHOICES);
  return found;
}
