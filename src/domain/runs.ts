/** How a collection stands; failed: a part of it could not be done, the rest was. */
export const RUN_STATES = ['running', 'done', 'failed'] as const;
export type RunState = (typeof RUN_STATES)[number];

/** What nothing uses and a collection keeps all the same. */
export interface KeptSummary {
  readonly reason: 'in-trash' | 'untagged-policy' | 'grace-period';
  readonly count: number;
  /** Bytes. */
  readonly bytes: number;
}

/** Errors a run keeps; how many more there were is only said. */
const MAX_ERRORS = 100;

/** Adds errors to those of a run; one that is there already is not repeated. */
export function addErrors(known: readonly string[], found: readonly string[]): string[] {
  const all = [...new Set([...known, ...found])];
  return all.length <= MAX_ERRORS ? all : [...all.slice(0, MAX_ERRORS), 'there were more errors'];
}
