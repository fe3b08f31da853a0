/** Gives tests in workerd the assets as `npm start` has them. */
import { copyApiExplorer } from '../../scripts/lib/api-page.ts';

export const setup = copyApiExplorer;
