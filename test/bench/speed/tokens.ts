import type { Registry } from './registries.ts';

/** Where a registry gives tokens for a scope. */
export function tokenPath(scope: string): string {
  return `/v2/token?service=bench&scope=${scope}`;
}

/** The header that proves the registry's login; null: it has none. */
export function basicOf({ login }: Registry): string | null {
  if (!login) return null;
  return `Basic ${Buffer.from(`${login.username}:${login.password}`).toString('base64')}`;
}

/** A token for a scope; null from a registry that asks nobody for one. */
export async function readToken(registry: Registry, scope: string): Promise<string | null> {
  const authorization = basicOf(registry);
  if (!authorization) return null;
  const url = `${registry.origin}${tokenPath(scope)}`;
  const response = await fetch(url, { headers: { authorization } });
  return ((await response.json()) as { token: string }).token;
}
