import {
  ESCAPES,
  fillTemplate,
  SAMPLE_VALUES,
  templateFault,
  usesSecret,
  type Values,
} from './placeholders.ts';

export const METHODS = ['POST', 'PUT', 'PATCH'] as const;

interface HeaderTemplate {
  readonly name: string;
  readonly value: string;
}

/** An HTTP request to make for an event. The texts are templates, and hold no secrets. */
export interface TriggerAction {
  readonly method: (typeof METHODS)[number];
  readonly url: string;
  readonly headers: readonly HeaderTemplate[];
  /** The media type of the body: JSON of any kind, or a form. */
  readonly contentType: string;
  /** Empty: the request has no body. */
  readonly body: string;
  /** Whether an event whose tag has changed again since then is left out. */
  readonly latestOnly: boolean;
}

/** A request as it is sent. */
export interface RenderedRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The most bytes of a body. */
const MAX_BODY = 64 * 1024;

const FORM = 'application/x-www-form-urlencoded';
const JSON_TYPE = /^application\/(?:[\w.!#$&^-]+\+)?json$/;

/** RFC 9110, section 5.1 */
const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** Set by the connection, by the signature, or by fields of their own. */
const RESERVED_HEADER =
  /^(?:host|connection|content-.*|transfer-encoding|te|trailer|upgrade|expect|keep-alive|proxy-.*|sec-.*|webhook-.*|x-forwarded-.*|cf-(?!access-).*)$/i;

const AUTHORITY = /^https?:\/\/[^/?#]+/i;

/** The faults of an action, by field; empty: it can be used. */
export function actionFaults(action: TriggerAction): Partial<Record<keyof TriggerAction, string>> {
  const faults = {
    url: urlFault(action.url),
    headers: action.headers.map(headerFault).find((fault) => fault !== null) ?? null,
    contentType: isFormOrJson(action.contentType)
      ? null
      : `the type of the body is application/json, one that ends with +json, or ${FORM}`,
    body: bodyFault(action),
  };
  return Object.fromEntries(Object.entries(faults).filter(([, fault]) => fault !== null));
}

function urlFault(url: string): string | null {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused.
  if (/[\u0000-\u0020\u007f\\]/.test(url))
    return 'an address has no spaces and no control characters';
  const fault = templateFault(url);
  if (fault !== null) return fault;
  const [authority] = AUTHORITY.exec(url) ?? [];
  if (authority === undefined) return 'an address begins with https://';
  if (authority.includes('@')) {
    return 'an address has no user name and no password: use a header and {{secret}}';
  }
  if (authority.includes('{{')) return 'the host of an address has no placeholders';
  if (url.includes('#')) return 'an address has no fragment';
  return URL.canParse(fillUrl(url, SAMPLE_VALUES)) ? null : 'this is not an address';
}

function headerFault({ name, value }: HeaderTemplate): string | null {
  if (!HEADER_NAME.test(name)) return `${name || 'a header'}: this is not the name of a header`;
  if (RESERVED_HEADER.test(name)) return `${name}: this header is set by the registry`;
  if (/[^ -~]/.test(value)) return `${name}: a header has visible characters of ASCII only`;
  const fault = templateFault(value);
  return fault === null ? null : `${name}: ${fault}`;
}

function bodyFault({ body, contentType }: TriggerAction): string | null {
  if (body === '') return null;
  if (new TextEncoder().encode(body).length > MAX_BODY)
    return `a body has ${MAX_BODY} bytes at most`;
  const fault = templateFault(body);
  if (fault !== null || contentType === FORM) return fault;
  try {
    JSON.parse(fillTemplate(body, SAMPLE_VALUES, ESCAPES.json));
    return null;
  } catch {
    return 'the body is not JSON: a placeholder that is not a number stands inside quotes';
  }
}

function isFormOrJson(type: string): boolean {
  return type === FORM || JSON_TYPE.test(type);
}

/** Whether any part of an action inserts the secret. */
export function needsSecret({ url, headers, body }: TriggerAction): boolean {
  return [url, body, ...headers.map(({ value }) => value)].some(usesSecret);
}

/** Whether two actions send the secret to the same address, in the same places of the request. */
export function sendsSecretAlike(one: TriggerAction, other: TriggerAction): boolean {
  return JSON.stringify(secretParts(one)) === JSON.stringify(secretParts(other));
}

function secretParts({ method, url, headers, contentType, body }: TriggerAction) {
  const secretHeaders = headers.filter(({ value }) => usesSecret(value));
  const named = secretHeaders.map(({ name, value }) => [name.toLowerCase(), value]);
  return { method, url, headers: named, body: usesSecret(body) ? [contentType, body] : null };
}

/** The origin that an action's requests go to, which no placeholder changes. */
export function originOf({ url }: Pick<TriggerAction, 'url'>): string {
  return new URL(AUTHORITY.exec(url)?.[0] ?? url).origin;
}

/** The request of an event, without its signature. The action has no faults. */
export function renderAction(action: TriggerAction, values: Values): RenderedRequest {
  const headers: Record<string, string> = { 'user-agent': 'orlop' };
  for (const { name, value } of action.headers) {
    headers[name.toLowerCase()] = fillTemplate(value, values, ESCAPES.header);
  }
  if (action.body !== '') headers['content-type'] = action.contentType;
  const escapeValue = action.contentType === FORM ? ESCAPES.form : ESCAPES.json;
  return {
    method: action.method,
    url: fillUrl(action.url, values),
    headers,
    body: fillTemplate(action.body, values, escapeValue),
  };
}

function fillUrl(url: string, values: Values): string {
  const [path = '', ...query] = url.split('?');
  const filled = fillTemplate(path, values, ESCAPES.path);
  return query.length === 0
    ? filled
    : `${filled}?${fillTemplate(query.join('?'), values, ESCAPES.query)}`;
}
