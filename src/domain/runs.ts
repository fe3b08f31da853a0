/** The state of a collection; failed: parts of it failed, the rest is done. */
export const RUN_STATES = ['running', 'done', 'failed'] as const;
export type RunState = (typeof RUN_STATES)[number];

/** Unused content that a collection keeps for one reason. */
export interface KeptSummary {
  readonly reason: 'in-trash' | 'untagged-policy' | 'grace-period';
  readonly count: number;
  /** Bytes. */
  readonly bytes: number;
}

/** The most errors that a run keeps. */
const MAX_ERRORS = 100;

/** Adds errors to those of a run, each once. */
export function addErrors(known: readonly string[], found: readonly string[]): string[] {
  const all = [...new Set([...known, ...found])];
  return all.length <= MAX_ERRORS ? all : [...all.slice(0, MAX_ERRORS), 'there were more errors'];
}
