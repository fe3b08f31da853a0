import { dingtalk, feishu, slack, wecom } from './chat.ts';
import { cloudevents } from './cloudevents.ts';
import { distribution } from './distribution.ts';
import { dockerHub } from './docker-hub.ts';
import { github } from './github.ts';
import { gitlab } from './gitlab.ts';
import { harbor } from './harbor.ts';
import { cronJob, daemonSet, deployment, statefulSet } from './kubernetes.ts';
import type { Preset } from './preset.ts';

export const PRESETS = {
  cloudevents,
  'docker-hub': dockerHub,
  harbor,
  distribution,
  'kubernetes-deployment': deployment,
  'kubernetes-stateful-set': statefulSet,
  'kubernetes-daemon-set': daemonSet,
  'kubernetes-cron-job': cronJob,
  github,
  gitlab,
  feishu,
  dingtalk,
  wecom,
  slack,
} as const satisfies Readonly<Record<string, Preset>>;

export type PresetName = keyof typeof PRESETS;
export const PRESET_NAMES = Object.keys(PRESETS) as readonly PresetName[];
