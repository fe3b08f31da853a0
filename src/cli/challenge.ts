/** The challenge in a registry's 401. */
export interface Challenge {
  readonly scheme: 'basic' | 'bearer';
  readonly realm: string;
  readonly service: string | null;
  readonly scope: string | null;
}

const SCHEME = /^\s*(basic|bearer)(?:\s+|$)/i;
const PARAMETER = /([a-z_]+)=(?:"((?:[^"\\]|\\.)*)"|([^\s",]+))/gi;

/**
 * Parses a WWW-Authenticate header; null for a scheme that registries do not use.
 * https://distribution.github.io/distribution/spec/auth/token/
 */
export function parseChallenge(header: string | null): Challenge | null {
  const scheme = SCHEME.exec(header ?? '')?.[1]?.toLowerCase();
  if (scheme !== 'basic' && scheme !== 'bearer') return null;
  const parameters = new Map<string, string>();
  for (const [, name = '', quoted, plain] of (header ?? '').matchAll(PARAMETER)) {
    parameters.set(name.toLowerCase(), quoted?.replaceAll(/\\(.)/g, '$1') ?? plain ?? '');
  }
  return {
    scheme,
    realm: parameters.get('realm') ?? '',
    service: parameters.get('service') ?? null,
    scope: parameters.get('scope') ?? null,
  };
}
