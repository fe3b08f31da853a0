/** Gives tests the assets as `npm start` has them. */
import { buildPart } from './build.ts';
import { projectRoot } from './checkout.ts';

export function setup(): void {
  buildPart(projectRoot, 'console');
}
