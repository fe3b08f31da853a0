import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { quietWrangler } from '../project.ts';

/** The part of Miniflare that is used here. */
export interface MiniflareModule {
  readonly Miniflare: new (options: unknown) => Miniflare;
  readonly Log: new (level: number) => object;
  readonly LogLevel: { readonly NONE: number };
  /** Takes options in the form in which wrangler gives them. */
  convertV4MiniflareOptions(options: object): unknown;
}

interface Miniflare {
  /** Settles when requests are taken, and rejects when workerd could not be started (again). */
  readonly ready: Promise<URL>;
  dispose(): Promise<void>;
}

/**
 * Loads wrangler and the Miniflare that it depends on, whose version may differ from that of other
 * packages. From then on Miniflare starts workerd with its sockets in the given folder.
 */
export async function loadMiniflare(sockets: string) {
  const wranglerMain = createRequire(import.meta.url).resolve('wrangler');
  const miniflareMain = createRequire(wranglerMain).resolve('miniflare');
  const workerd = createRequire(miniflareMain)('workerd') as { default: string };
  Object.assign(process.env, quietWrangler, {
    WRANGLER_LOG: 'error',
    MINIFLARE_WORKERD_PATH: join(import.meta.dirname, 'workerd.sh'),
    ORLOP_WORKERD: workerd.default,
    ORLOP_SOCKETS: sockets,
  });
  const [wrangler, miniflare] = await Promise.all([
    import('wrangler'),
    import(pathToFileURL(miniflareMain).href) as Promise<MiniflareModule>,
  ]);
  return { wrangler, miniflare };
}
