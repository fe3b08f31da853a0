import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Directory of the checkout. */
export const projectRoot = join(import.meta.dirname, '../..');

/** Path of the installed wrangler command, which Node runs. */
export const wranglerPath = join(
  dirname(createRequire(import.meta.url).resolve('wrangler/package.json')),
  'bin/wrangler.js',
);

/** Environment in which wrangler shows no banner, sends no telemetry and writes no log file. */
export const quietWrangler = {
  WRANGLER_HIDE_BANNER: 'true',
  WRANGLER_SEND_METRICS: 'false',
  WRANGLER_WRITE_LOGS: 'false',
} as const;
