import type { Registry } from './registries.ts';

/** Where a registry gives tokens for a scope. */
export function tokenPath(scope: string): string {
  return `/v2/token?service=bench&scope=${scope}`;
}

/** The header that proves the registry's login; null: it has none. */
export function basicOf({ login }: Pick<Registry, 'login'>): string | null {
  if (!login) return null;
  return `Basic ${Buffer.from(`${login.username}:${login.password}`).toString('base64')}`;
}

/** What a client sends with its requests in a scope: a new token, or the login; null: nothing. */
export async function authorize(registry: Registry, scope: string): Promise<string | null> {
  const authorization = basicOf(registry);
  if (!authorization || registry.takesLogin) return authorization;
  const url = `${registry.origin}${tokenPath(scope)}`;
  const response = await fetch(url, { headers: { authorization } });
  return `Bearer ${((await response.json()) as { token: string }).token}`;
}
