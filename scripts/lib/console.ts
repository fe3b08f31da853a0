import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { projectRoot } from './project.ts';

/** Where wrangler.toml looks for the assets. */
const output = join(projectRoot, 'dist/console');

/** What the console is made of: a change of any of it makes a build out of date. */
const sources = ['web', 'src/archive', 'package.json'];

/**
 * Puts the console and the page of the API among the assets, unless they are there and newer
 * than what they are made of. The old ones stay until the new ones are complete.
 */
export async function buildConsole(): Promise<void> {
  if (isUpToDate()) return;
  const { build } = await import('vite');
  const fresh = `${output}-${process.pid}`;
  try {
    await asProduction(() =>
      build({
        configFile: join(projectRoot, 'web/vite.config.ts'),
        logLevel: 'warn',
        build: { outDir: fresh },
      }),
    );
    copyApiExplorer(fresh);
    rmSync(output, { recursive: true, force: true });
    renameSync(fresh, output);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

/** Vite would pack React's development build, half as large again, where NODE_ENV says `test`. */
async function asProduction(work: () => Promise<unknown>): Promise<void> {
  const { NODE_ENV } = process.env;
  process.env.NODE_ENV = 'production';
  try {
    await work();
  } finally {
    if (NODE_ENV === undefined) delete process.env.NODE_ENV;
    else process.env.NODE_ENV = NODE_ENV;
  }
}

/** The package that the page /api/docs shows the API with. */
function copyApiExplorer(folder: string): void {
  const main = createRequire(import.meta.url).resolve('openapi-explorer/package.json');
  const script = join(dirname(main), 'dist/browser/openapi-explorer.min.js');
  mkdirSync(join(folder, 'api-docs'), { recursive: true });
  copyFileSync(script, join(folder, 'api-docs/openapi-explorer.js'));
}

function isUpToDate(): boolean {
  const built = join(output, 'index.html');
  if (!existsSync(built)) return false;
  const changed = sources.map((source) => newestChange(join(projectRoot, source)));
  return Math.max(...changed) < statSync(built).mtimeMs;
}

/** When a file, or a file somewhere in a folder, changed last, in ms; 0: it does not exist. */
function newestChange(path: string): number {
  if (!existsSync(path)) return 0;
  const { mtimeMs } = statSync(path);
  if (!statSync(path).isDirectory()) return mtimeMs;
  const inside = readdirSync(path).map((name) => newestChange(join(path, name)));
  return Math.max(mtimeMs, ...inside);
}
