import { isRepositoryName } from './names.ts';

/** What a token can allow on a repository; `*` in a request stands for all of them. */
export const REPOSITORY_ACTIONS = ['pull', 'push', 'delete'] as const;
export type RepositoryAction = (typeof REPOSITORY_ACTIONS)[number];

/** One entry of a token's `access` claim, as Docker's token specification has it. */
export type Scope =
  | { readonly type: 'repository'; readonly name: string; readonly actions: RepositoryAction[] }
  | { readonly type: 'registry'; readonly name: 'catalog'; readonly actions: '*'[] };

/** The most scopes of one token; of a longer request the first ones are granted. */
export const MAX_SCOPES = 100;

/**
 * Parses `type:name:action,action` texts, each of which may have several scopes, separated by
 * spaces. Unknown scopes are left out, as the specification says: the token does not have them.
 * https://distribution.github.io/distribution/spec/auth/scope/
 */
export function parseScopes(texts: readonly string[]): Scope[] {
  const scopes = new Map<string, Scope>();
  for (const text of texts.flatMap((item) => item.split(' ')).filter(Boolean)) {
    const scope = parseScope(text);
    if (scope === null) continue;
    const key = `${scope.type}:${scope.name}`;
    if (scopes.size >= MAX_SCOPES && !scopes.has(key)) continue;
    scopes.set(key, mergeScopes(scopes.get(key), scope));
  }
  return [...scopes.values()];
}

/**
 * Whether texts as parseScopes takes them ask to push, also to a name that no repository can have
 * and that no token is for.
 */
export function asksToPush(texts: readonly string[]): boolean {
  return texts
    .flatMap((item) => item.split(' '))
    .filter((text) => /^repository[:(]/.test(text))
    .map((text) => text.slice(text.lastIndexOf(':') + 1).split(','))
    .some((actions) => actions.includes('push') || actions.includes('*'));
}

/** `type:name:actions`, as in a challenge and in a token request. */
export function formatScope(scope: Scope): string {
  return `${scope.type}:${scope.name}:${scope.actions.join(',')}`;
}

function parseScope(text: string): Scope | null {
  const first = text.indexOf(':');
  const last = text.lastIndexOf(':');
  if (first <= 0 || last <= first) return null;
  const type = text.slice(0, first).replace(/\([^()]*\)$/, '');
  const name = text.slice(first + 1, last);
  const actions = text.slice(last + 1).split(',');
  if (type === 'registry' && name === 'catalog') return { type, name, actions: ['*'] };
  if (type !== 'repository' || !isRepositoryName(name)) return null;
  const wanted = REPOSITORY_ACTIONS.filter((a) => actions.includes('*') || actions.includes(a));
  return { type, name, actions: wanted };
}

function mergeScopes(one: Scope | undefined, two: Scope): Scope {
  if (one?.type !== 'repository' || two.type !== 'repository') return two;
  const both = [...one.actions, ...two.actions];
  return { ...two, actions: REPOSITORY_ACTIONS.filter((action) => both.includes(action)) };
}
