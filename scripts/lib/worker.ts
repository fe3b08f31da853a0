import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import type { BuildOptions, Plugin } from 'esbuild';
import { Failure } from './failure.ts';
import { projectRoot } from './project.ts';

/** Where wrangler.toml looks for the Worker. */
const workerFolder = join(projectRoot, 'dist/worker');

/** A module of the Worker: the first one of a bundle is its entry. */
export interface WorkerModule {
  readonly path: string;
  readonly text: string;
}

/**
 * Bundles the Worker into a folder, for wrangler. Files that would not change are not written:
 * servers may be running on them.
 * @throws Failure when the sources cannot be bundled, after esbuild has said why
 */
export async function buildWorker(output: string = workerFolder): Promise<void> {
  const modules = await bundleWorker(output);
  mkdirSync(output, { recursive: true });
  for (const { path, text } of modules) putFile(path, text);
  const names = new Set(modules.map(({ path }) => basename(path)));
  for (const name of readdirSync(output)) {
    if (name.endsWith('.js') && !names.has(name)) rmSync(join(output, name), { force: true });
  }
}

/**
 * Bundles the Worker with the API in a module of its own. In wrangler's single module, code that
 * the API shares with /v2 is wrapped in a function and parsed a second time at each start.
 * @throws Failure when the sources cannot be bundled, after esbuild has said why
 */
export async function bundleWorker(output: string = workerFolder): Promise<WorkerModule[]> {
  const { build } = await import('esbuild');
  const built = await build({
    absWorkingDir: projectRoot,
    entryPoints: ['src/index.ts'],
    outdir: output,
    splitting: true,
    format: 'esm',
    ...WORKER_BUNDLE,
    write: false,
  }).catch((error: Error) => {
    throw new Failure('the Worker could not be bundled: see above', { cause: error });
  });
  const isEntry = ({ path }: WorkerModule) => basename(path) === 'index.js';
  return built.outputFiles.sort((one, two) => Number(isEntry(two)) - Number(isEntry(one)));
}

/** zod has its error messages in fifty languages, which would slow every start down. */
const withoutLanguages: Plugin = {
  name: 'without-languages',
  setup({ onLoad }) {
    onLoad({ filter: /zod[\\/]v4[\\/]locales[\\/]index\.js$/ }, () => ({ contents: 'export {};' }));
  },
};

/** How code for workerd is bundled. */
export const WORKER_BUNDLE: BuildOptions = {
  bundle: true,
  target: 'es2024',
  // As wrangler resolves packages for workerd.
  conditions: ['workerd', 'worker', 'browser'],
  mainFields: ['browser', 'module', 'main'],
  external: ['node:*', 'cloudflare:*'],
  plugins: [withoutLanguages],
};

function putFile(path: string, text: string): void {
  if (existsSync(path) && readFileSync(path, 'utf8') === text) return;
  const fresh = `${path}.${process.pid}`;
  writeFileSync(fresh, text);
  renameSync(fresh, path);
}
