import { readdirSync, readFileSync } from 'node:fs';
import { type ESTree, parseSync } from 'vite';

/** A file of TypeScript; its path begins at the folder that was read. */
export interface Source {
  readonly file: string;
  readonly text: string;
}

/** Every TypeScript file in a folder. */
export function readSources(folder: string): Source[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.tsx?$/.test(file))
    .sort()
    .map((file) => ({ file, text: readFileSync(`${folder}/${file}`, 'utf8') }));
}

/** @throws Error that names the file, when its text is not TypeScript */
export function parseSource({ file, text }: Source): ESTree.Program {
  const { program, errors } = parseSync(file, text);
  if (errors.length > 0) throw new Error(`${file}: ${errors[0]?.message}`);
  return program;
}
