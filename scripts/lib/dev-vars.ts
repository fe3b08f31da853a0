import { chmodSync, linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { readConfig } from '../../src/env.ts';
import { describeError, Failure } from './failure.ts';
import { type SecretName, secretMakers, secretNames } from './secrets.ts';

/** Every variable of `.dev.vars`, which always include the secrets. */
export type DevVars = Record<SecretName, string> & Record<string, string>;

/**
 * Reads the file of local secrets, after creating it (mode 600) or adding those it lacks.
 * Safe when several servers start for the first time at once: all read the same file.
 */
export function loadDevVars(path: string): DevVars {
  try {
    const text = readText(path);
    if (text === undefined) create(path);
    else addMissing(path, text);
    // One that an operator has written may be open to others.
    chmodSync(path, 0o600);
    return parseEnv(readFileSync(path, 'utf8')) as DevVars;
  } catch (error) {
    throw new Failure(`cannot keep the local secrets in ${path}: ${describeError(error)}`);
  }
}

/** @throws Error with the Worker's own message when the Worker would refuse the secrets */
export function checkSecrets(vars: DevVars): void {
  readConfig(vars as unknown as Parameters<typeof readConfig>[0]);
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (isCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

/** Links a complete file into place: no one reads half of it, and the first writer wins. */
function create(path: string): void {
  const temporary = writeTemporary(path, makeLines(secretNames));
  try {
    linkSync(temporary, path);
  } catch (error) {
    if (!isCode(error, 'EEXIST')) throw error;
  } finally {
    rmSync(temporary, { force: true });
  }
}

function addMissing(path: string, text: string): void {
  const present = parseEnv(text);
  const missing = secretNames.filter((name) => !present[name]);
  if (missing.length === 0) return;
  const separator = text === '' || text.endsWith('\n') ? '' : '\n';
  renameSync(writeTemporary(path, text + separator + makeLines(missing)), path);
}

function makeLines(names: readonly SecretName[]): string {
  return names.map((name) => `${name}="${secretMakers[name]()}"\n`).join('');
}

function writeTemporary(path: string, text: string): string {
  const temporary = `${path}.${process.pid}`;
  writeFileSync(temporary, text, { mode: 0o600 });
  return temporary;
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
