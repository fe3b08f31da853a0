import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { packTar } from 'modern-tar';
import { projectRoot } from './project.ts';

/** The `orlop` command as a package that npm installs without any other. */
export interface CommandPackage {
  /** The file's name, with the version, because npm keeps what it fetched from an address. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Where the command is in the package: as deep as its sources, from where it reads the version. */
const script = 'dist/cli/orlop.js';

/** Bundles the command and packs it; the same sources make the same bytes. */
export async function packCommand(): Promise<CommandPackage> {
  const { name, version, description, license, engines } = readPackage();
  const described = { name, version, description, license, type: 'module', engines };
  const files = {
    'package.json': JSON.stringify({ ...described, bin: { orlop: script } }, null, 2),
    LICENSE: readFileSync(join(projectRoot, 'LICENSE'), 'utf8'),
    [script]: await bundleCommand(),
  };
  const tar = await packTar(
    Object.entries(files).map(([path, body]) => ({
      header: {
        name: `package/${path}`,
        size: Buffer.byteLength(body),
        mode: path === script ? 0o755 : 0o644,
        mtime: new Date(0),
      },
      body,
    })),
  );
  return { name: `orlop-${version}.tgz`, bytes: gzipSync(tar, { level: 9 }) };
}

interface Package {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly license: string;
  readonly engines: Readonly<Record<string, string>>;
}

const readPackage = () =>
  JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')) as Package;

/** The command as one file, for every Node since 20. */
async function bundleCommand(): Promise<string> {
  const { build } = await import('vite');
  const built = await build({
    configFile: false,
    root: projectRoot,
    logLevel: 'warn',
    build: {
      ssr: 'src/cli/main.ts',
      target: 'node20',
      minify: true,
      write: false,
      rolldownOptions: { output: { codeSplitting: false, banner: '#!/usr/bin/env node' } },
    },
    ssr: { noExternal: true },
  });
  const [bundle] = [built].flat();
  const [chunk] = bundle && 'output' in bundle ? bundle.output : [];
  if (chunk?.type !== 'chunk') throw new Error('the command was not bundled');
  return chunk.code;
}
