/** Builds the assets that `npm start` serves, for tests. */
import { buildConsole } from './build.ts';
import { projectRoot } from './checkout.ts';

export function setup(): void {
  buildConsole(projectRoot);
}
