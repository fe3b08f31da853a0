import { type ComponentType, type LazyExoticComponent, lazy } from 'react';

/**
 * The file of a lazy part could not be fetched: the connection broke, or a new version of the
 * console has replaced the file. React fetches a file only once, so the page has to be reloaded.
 */
export class PartNotFetched extends Error {}

/**
 * A component whose file is fetched when it is first rendered, inside a Suspense.
 * @throws PartNotFetched when it is rendered and its file could not be fetched
 */
export function lazyPart<P extends object>(
  load: () => Promise<ComponentType<P>>,
): LazyExoticComponent<ComponentType<P>> {
  return lazy(() =>
    load().then(
      (component) => ({ default: component }),
      (cause: unknown) => {
        throw new PartNotFetched('a part of the console was not fetched', { cause });
      },
    ),
  );
}
