import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** The directory of the checkout. */
export const projectRoot = join(import.meta.dirname, '../..');

/** The wrangler command of the installed package, to be run by Node. */
export const wranglerPath = join(
  dirname(createRequire(import.meta.url).resolve('wrangler/package.json')),
  'bin/wrangler.js',
);

/** Keeps wrangler quiet and to itself: no banner, telemetry or log file. */
export const quietWrangler = {
  WRANGLER_HIDE_BANNER: 'true',
  WRANGLER_SEND_METRICS: 'false',
  WRANGLER_WRITE_LOGS: 'false',
} as const;
