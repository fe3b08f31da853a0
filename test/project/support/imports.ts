import { readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { parseSync, Visitor } from 'vite';

/** One import of a file, of values or of types, wherever in it. */
export interface Import {
  /** Path of the importing file, from `src/`. */
  readonly file: string;
  /** What it imports: a path from `src/`, or a package's name. */
  readonly target: string;
  readonly isPackage: boolean;
}

/** Every import of every file in a folder. */
export function readImports(folder: string): Import[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.tsx?$/.test(file))
    .sort()
    .flatMap((file) => findImports(file, readFileSync(`${folder}/${file}`, 'utf8')));
}

/** The imports in the text of a file. */
export function findImports(file: string, text: string): Import[] {
  const { program, errors } = parseSync(file, text);
  if (errors.length > 0) throw new Error(`${file}: ${errors[0]?.message}`);
  const found: unknown[] = [];
  const take = (node: { source: { value?: unknown } | null }) => {
    if (node.source) found.push(node.source.value);
  };
  new Visitor({
    ImportDeclaration: take,
    ExportNamedDeclaration: take,
    ExportAllDeclaration: take,
    TSImportType: take,
    ImportExpression: (node) => found.push('value' in node.source ? node.source.value : null),
  }).visit(program);
  return found.map((source) => resolve(file, source));
}

function resolve(file: string, source: unknown): Import {
  if (typeof source !== 'string') throw new Error(`${file}: an import of no fixed path`);
  const isPackage = !source.startsWith('.');
  const target = isPackage ? packageName(source) : posix.join(posix.dirname(file), source);
  return { file, target, isPackage };
}

/** `hono` of `hono/cors`, `@hono/zod-openapi` of what is under it; `node:crypto` as it is. */
function packageName(source: string): string {
  const parts = source.split('/');
  return parts.slice(0, source.startsWith('@') ? 2 : 1).join('/');
}
