import { expect } from 'vitest';
import { expectStatus, send, type Who } from './registry-client.ts';

/** Follows the Link headers of a list from its first page to the end; answers its pages. */
export async function followPages<T>(
  who: Who,
  first: string,
  read: (body: never) => readonly T[],
): Promise<T[][]> {
  const pages: T[][] = [];
  for (let path: string | null = first; path !== null; ) {
    const response: Response = await expectStatus(await send(who, 'GET', path), 200);
    pages.push([...read((await response.json()) as never)]);
    path = nextPath(response);
    expect(pages.length).toBeLessThan(10_000);
  }
  return pages;
}

/** The address of the next page; null when there is no Link header. */
export function nextPath(response: Response): string | null {
  const link = response.headers.get('link');
  if (link === null) return null;
  const match = /^<(\/v2\/[^>]*)>; rel="next"$/.exec(link);
  expect(match, link).not.toBeNull();
  return match?.[1] ?? null;
}
