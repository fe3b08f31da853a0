import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { projectRoot } from './project.ts';

/** Where wrangler.toml looks for the assets. */
const output = join(projectRoot, 'dist/console');

/** The digest of what the console there was made of. */
const stamp = `${output}.sha256`;

/** What the console is made of: a change of any of it makes a build out of date. */
const sources = ['web', 'src/archive', 'src/domain', 'package.json'];

/**
 * Puts the console and the page of the API among the assets, unless they are there and made of
 * just what is here now. The old ones stay until the new ones are complete.
 */
export async function buildConsole(): Promise<void> {
  const wanted = digestSources();
  if (existsSync(output) && existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
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
    rmSync(stamp, { force: true });
    rmSync(output, { recursive: true, force: true });
    renameSync(fresh, output);
    writeFileSync(stamp, wanted);
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

/** Times would not do: a checkout and a copy give files new ones. */
function digestSources(): string {
  const hash = createHash('sha256');
  for (const source of sources) {
    for (const file of listFiles(join(projectRoot, source))) {
      hash
        .update(`${relative(projectRoot, file)}\0`)
        .update(readFileSync(file))
        .update('\0');
    }
  }
  return hash.digest('hex');
}

/** A file itself, or the files somewhere in a folder, in the order of their names. */
function listFiles(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .sort()
    .flatMap((name) => listFiles(join(path, name)));
}
