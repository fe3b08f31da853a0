import { posix } from 'node:path';
import { Visitor } from 'vite';
import { parseSource, readSources } from './sources.ts';

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
  return readSources(folder).flatMap(({ file, text }) => findImports(file, text));
}

/** The imports in the text of a file. */
export function findImports(file: string, text: string): Import[] {
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
  }).visit(parseSource({ file, text }));
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
