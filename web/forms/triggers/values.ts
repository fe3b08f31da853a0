import { PRESETS, type PresetName } from '../../../src/domain/triggers/presets/presets.ts';
import type { TRIGGER_EVENTS } from '../../../src/domain/triggers/trigger.ts';
import type { Trigger, TriggerRules } from '../../api/triggers.ts';

type TriggerEvent = (typeof TRIGGER_EVENTS)[number];

/** The values of the form: headers are lines, and an empty secret is one that stays. */
export interface TriggerValues extends Record<string, unknown> {
  name: string;
  /** Empty: all workspaces. */
  workspace: string;
  enabled: boolean;
  events: TriggerEvent[];
  images: string[];
  tags: string[];
  action: {
    method: TriggerRules['action']['method'];
    url: string;
    headers: string;
    contentType: string;
    body: string;
    latestOnly: boolean;
  };
  secret: string;
}

/** The values of an action, as the form shows it. */
export function toActionValues(
  action: {
    readonly [K in keyof TriggerRules['action']]: K extends 'headers'
      ? readonly { readonly name: string; readonly value: string }[]
      : TriggerRules['action'][K];
  },
): TriggerValues['action'] {
  const headers = action.headers.map(({ name, value }) => `${name}: ${value}`).join('\n');
  return { ...action, headers };
}

export function toValues(trigger: Trigger): TriggerValues {
  const { name, workspace, enabled, events, images, tags, action } = trigger;
  return {
    ...{ name, workspace: workspace ?? '', enabled, events, images, tags },
    action: toActionValues(action),
    secret: '',
  };
}

/** The values of a new trigger, by a preset. */
export function startValues(preset: PresetName, workspace: string): TriggerValues {
  return {
    ...{ name: '', workspace, enabled: true, events: ['image.pushed'], images: [], tags: [] },
    action: toActionValues(PRESETS[preset].action),
    secret: '',
  };
}

/** What the API takes. */
export function toRules({ workspace, action, secret, ...rules }: TriggerValues): TriggerRules {
  return {
    ...rules,
    name: rules.name.trim(),
    workspace: workspace === '' ? null : workspace,
    action: { ...action, url: action.url.trim(), headers: toHeaders(action.headers) },
    ...(secret === '' ? {} : { secret }),
  };
}

function toHeaders(lines: string): { name: string; value: string }[] {
  return lines
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const colon = line.indexOf(':');
      const name = colon < 0 ? line : line.slice(0, colon);
      return { name: name.trim(), value: colon < 0 ? '' : line.slice(colon + 1).trim() };
    });
}
