import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
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
import { packCommand } from './command-package.ts';
import { Failure } from './failure.ts';
import { projectRoot } from './project.ts';

/** Where wrangler.toml looks for the assets. */
const output = join(projectRoot, 'dist/console');

/** Holds the digest of the sources that the console there was built from. */
const stamp = `${output}.sha256`;

/** What the console is built from: a change to any of it makes the build out of date. */
const sources = [
  'web',
  'src/archive',
  'src/cli',
  'src/domain',
  'src/version.ts',
  'scripts/lib/command-package.ts',
  'package.json',
  'LICENSE',
];

/**
 * Builds the assets, unless they are up to date: the console, the page of the API, the command's
 * package. The old ones stay until the new ones are complete.
 */
export async function buildConsole(): Promise<void> {
  const wanted = digestSources();
  if (isBuiltFrom(wanted)) return;
  console.log('Building the console …');
  const { build } = await import('vite');
  const fresh = `${output}-${process.pid}`;
  try {
    const command = await asProduction(async () => {
      const configFile = join(projectRoot, 'web/vite.config.ts');
      await build({ configFile, logLevel: 'warn', build: { outDir: fresh } });
      return packCommand();
    });
    writeFileSync(join(fresh, command.name), command.bytes);
    copyApiExplorer(fresh);
    rmSync(stamp, { force: true });
    rmSync(output, { recursive: true, force: true });
    renameSync(fresh, output);
    writeFileSync(stamp, wanted);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

/** As buildConsole, in a process of its own: Vite takes a gigabyte and keeps it. */
export async function buildConsoleApart(): Promise<void> {
  if (isBuiltFrom(digestSources())) return;
  const script = join(projectRoot, 'scripts/run.js');
  const child = spawn(process.execPath, [script, 'console'], { stdio: 'inherit' });
  const [status] = await once(child, 'exit');
  if (status !== 0) throw new Failure('the console could not be built: see above');
}

function isBuiltFrom(digest: string): boolean {
  return existsSync(output) && existsSync(stamp) && readFileSync(stamp, 'utf8') === digest;
}

/** Where NODE_ENV is `test`, Vite would bundle React's development build, half as large again. */
async function asProduction<T>(work: () => Promise<T>): Promise<T> {
  const { NODE_ENV } = process.env;
  process.env.NODE_ENV = 'production';
  try {
    return await work();
  } finally {
    if (NODE_ENV === undefined) delete process.env.NODE_ENV;
    else process.env.NODE_ENV = NODE_ENV;
  }
}

/** Copies the script that shows the API on the page /api/docs. */
function copyApiExplorer(folder: string): void {
  const main = createRequire(import.meta.url).resolve('openapi-explorer/package.json');
  const script = join(dirname(main), 'dist/browser/openapi-explorer.min.js');
  mkdirSync(join(folder, 'api-docs'), { recursive: true });
  copyFileSync(script, join(folder, 'api-docs/openapi-explorer.js'));
}

/** Of contents, because a checkout and a copy give files new times. */
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
