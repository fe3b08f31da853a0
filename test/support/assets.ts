/** Builds the assets that `npm start` serves, for tests. */
import { buildPart } from './build.ts';
import { projectRoot } from './checkout.ts';

export function setup(): void {
  buildPart(projectRoot, 'console');
}
