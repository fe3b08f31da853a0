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
import type { Plugin } from 'esbuild';
import { Failure } from './failure.ts';
import { projectRoot } from './project.ts';

/** Where wrangler.toml looks for the Worker. */
const workerFolder = join(projectRoot, 'dist/worker');

/**
 * Bundles the Worker with the API in a module of its own. In wrangler's single module, code that
 * the API shares with /v2 is wrapped in a function and parsed a second time at each start. Files
 * that would not change are not written: servers may be running on them.
 * @throws Failure when the sources cannot be bundled, after esbuild has said why
 */
export async function buildWorker(output: string = workerFolder): Promise<void> {
  const { build } = await import('esbuild');
  const built = await build({
    absWorkingDir: projectRoot,
    entryPoints: ['src/index.ts'],
    outdir: output,
    bundle: true,
    splitting: true,
    format: 'esm',
    target: 'es2024',
    // As wrangler resolves packages for workerd.
    conditions: ['workerd', 'worker', 'browser'],
    mainFields: ['browser', 'module', 'main'],
    external: ['node:*', 'cloudflare:*'],
    plugins: [withoutLanguages],
    write: false,
  }).catch((error: Error) => {
    throw new Failure('the Worker could not be bundled: see above', { cause: error });
  });
  mkdirSync(output, { recursive: true });
  for (const { path, contents } of built.outputFiles) putFile(path, contents);
  const names = new Set(built.outputFiles.map(({ path }) => basename(path)));
  for (const name of readdirSync(output)) {
    if (name.endsWith('.js') && !names.has(name)) rmSync(join(output, name), { force: true });
  }
}

/** zod has its error messages in fifty languages, which would slow every start down. */
const withoutLanguages: Plugin = {
  name: 'without-languages',
  setup({ onLoad }) {
    onLoad({ filter: /zod[\\/]v4[\\/]locales[\\/]index\.js$/ }, () => ({ contents: 'export {};' }));
  },
};

function putFile(path: string, contents: Uint8Array): void {
  if (existsSync(path) && readFileSync(path).equals(contents)) return;
  const fresh = `${path}.${process.pid}`;
  writeFileSync(fresh, contents);
  renameSync(fresh, path);
}
