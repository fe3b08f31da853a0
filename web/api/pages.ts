import { type InfiniteData, infiniteQueryOptions } from '@tanstack/react-query';

/** A page of a list, as every list of the API returns it. */
export interface Page<T> {
  readonly items: T[];
  /** Cursor of the next page; null at the end. */
  readonly next: string | null;
}

/** Entries that one page of a list asks for. */
export const PAGE_SIZE = 100;

/** A list that is read page by page as it is scrolled; its data are the entries so far. */
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

/** The most entries that are offered to choose from. */
const MAX_CHOICES = 1000;

/** Reads a list to choose from: its first thousand entries. */
export async function readAll<T>(
  readPage: (cursor: string | undefined) => Promise<Page<T>>,
): Promise<T[]> {
  const found: T[] = [];
  let cursor: string | undefined;
  do {
    const { items, next } = await readPage(cursor);
    found.push(...items);
    cursor = next ?? undefined;
  } while (cursor && found.length < MAX_CHOICES);
  return found;
}
