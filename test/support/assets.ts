/** Gives tests the assets as `npm start` has them. */
import { buildConsole } from '../../scripts/lib/console.ts';

export const setup = buildConsole;
