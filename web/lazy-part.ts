import { type ComponentType, type LazyExoticComponent, lazy } from 'react';

/**
 * A part of the console whose file did not come: the connection broke, or the file went with a
 * new version of the console. A page loaded anew has either again; React asks for a file once.
 */
export class PartNotFetched extends Error {}

/**
 * A component that is fetched as it is first drawn, for within a Suspense.
 * @throws PartNotFetched where it is drawn
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
