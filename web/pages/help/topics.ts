/** The sections of Help in order: the id for links, and the key of the heading. */
export const TOPICS = {
  reach: 'help.reach',
  certificate: 'help.certificate',
  insecure: 'help.insecure',
  failures: 'help.failures',
  limits: 'help.limits',
  large: 'help.large',
  kubernetes: 'help.kubernetes',
  pipelines: 'help.pipelines',
} as const;

export type Topic = keyof typeof TOPICS;
