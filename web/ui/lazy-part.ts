import { type ComponentType, type LazyExoticComponent, lazy } from 'react';
import { PartNotFetched } from '../api/error.ts';

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
