import { type TriggerMessage, testFacts, toMessage } from './message.ts';

/** What a template can insert: the fields of the message, and the secret that the owner gave. */
export type Placeholder = keyof TriggerMessage | 'secret';
export type Values = Readonly<Record<Placeholder, string>>;

const sample = testFacts('0', { project: 'project', workspace: 'workspace', actor: 'actor' }, 0);

/** Values of every placeholder, for the check of a template. */
export const SAMPLE_VALUES: Values = {
  ...toMessage({ ...sample, previousDigest: sample.digest }, 'https://registry.example.com'),
  secret: 'secret',
};

export const PLACEHOLDERS = Object.keys(SAMPLE_VALUES) as readonly Placeholder[];

const PLACEHOLDER = /\{\{([^{}]*)\}\}/g;

type Escape = (value: string, name: Placeholder) => string;

/** How a value is written into each position of a request. */
export const ESCAPES = {
  /** Inside a string of JSON; digits also outside. */
  json: (value) => JSON.stringify(value.toWellFormed()).slice(1, -1),
  form: (value) => encodeURIComponent(value.toWellFormed()),
  /** Hooks of chat services have several segments of a path as their secret. */
  path: (value, name) => {
    const escaped = encodeURIComponent(value.toWellFormed());
    return name === 'secret' ? escaped.replaceAll('%2F', '/') : escaped;
  },
  query: (value) => encodeURIComponent(value.toWellFormed()),
  /** Visible ASCII and spaces stay, everything else is percent-encoded. */
  header: (value) => value.toWellFormed().replaceAll(/[^ -~]+/g, encodeURIComponent),
} as const satisfies Readonly<Record<string, Escape>>;

/** What is wrong with a template; null: nothing. */
export function templateFault(template: string): string | null {
  for (const [whole, name = ''] of template.matchAll(PLACEHOLDER)) {
    if (!isPlaceholder(name)) return `there is no placeholder ${whole}`;
  }
  return template.replaceAll(PLACEHOLDER, '').includes('{{') ? 'a placeholder has no end' : null;
}

/** Whether a template inserts the secret. */
export function usesSecret(template: string): boolean {
  return template.includes('{{secret}}');
}

export function fillTemplate(template: string, values: Values, escapeValue: Escape): string {
  return template.replaceAll(PLACEHOLDER, (whole, name: string) =>
    isPlaceholder(name) ? escapeValue(values[name], name) : whole,
  );
}

function isPlaceholder(name: string): name is Placeholder {
  return Object.hasOwn(SAMPLE_VALUES, name);
}
