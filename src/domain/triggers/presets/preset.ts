import type { TriggerAction } from '../action.ts';

/** What fills the form of a new trigger, as a start that its owner edits. */
export interface Preset {
  /** The documentation that the request follows. */
  readonly reference: string;
  readonly action: TriggerAction;
}

type Parts = Pick<TriggerAction, 'url' | 'body'> & Partial<TriggerAction>;

/** An action that posts JSON, unless its parts say otherwise. */
export function post(parts: Parts): TriggerAction {
  return {
    method: 'POST',
    headers: [],
    contentType: 'application/json',
    latestOnly: false,
    ...parts,
  };
}

/** JSON as people read and edit it. */
export function json(value: unknown): string {
  return JSON.stringify(value, null, 2);
}
