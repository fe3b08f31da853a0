import { type Digest, parseDigest } from './digest.ts';
import { RegistryError } from './errors.ts';

/** `workspace/image`: the first part is the workspace; the image's name may have several. */
export interface RepositoryName {
  readonly workspace: string;
  readonly image: string;
}

/** A tag's name, checked. */
export type Tag = string & { readonly __brand: 'Tag' };

/** What a request names a manifest by. */
export type Reference =
  | { readonly kind: 'tag'; readonly tag: Tag }
  | { readonly kind: 'digest'; readonly digest: Digest };

const COMPONENT = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';
const REPOSITORY = new RegExp(`^${COMPONENT}(?:/${COMPONENT})*$`);

/** The grammar of workspace names: one part of a repository name. */
export const WORKSPACE_NAME = new RegExp(`^${COMPONENT}$`);

/** The most characters of a workspace name. */
export const MAX_WORKSPACE_LENGTH = 128;

const TAG = /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/;

/** The most characters of a repository name, with its workspace. */
const MAX_REPOSITORY_LENGTH = 255;

/**
 * Parses a repository name of at least two parts.
 * https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pulling-manifests
 * @throws RegistryError NAME_INVALID; DENIED for a name of one part, which is valid elsewhere:
 *   clients stop at it at once, and all of them show its message
 */
export function parseRepositoryName(text: string): RepositoryName {
  if (text.length > MAX_REPOSITORY_LENGTH) {
    throw new RegistryError(
      'NAME_INVALID',
      `a repository name has at most ${MAX_REPOSITORY_LENGTH} characters, this one has ${text.length}`,
    );
  }
  if (!REPOSITORY.test(text)) {
    throw new RegistryError(
      'NAME_INVALID',
      'a repository name is parts of lower-case letters and digits, with single . _ or - between them, joined by /',
      { detail: { name: text } },
    );
  }
  const slash = text.indexOf('/');
  if (slash < 0) {
    throw new RegistryError(
      'DENIED',
      `an image belongs to a workspace: use <workspace>/${text}, for example library/${text}`,
      { detail: { name: text } },
    );
  }
  return { workspace: text.slice(0, slash), image: text.slice(slash + 1) };
}

/** Whether parseRepositoryName accepts a text. */
export function isRepositoryName(text: string): boolean {
  return text.length <= MAX_REPOSITORY_LENGTH && text.includes('/') && REPOSITORY.test(text);
}

/** Whether a text can name a workspace: one part of a repository name. */
export function isWorkspaceName(text: string): boolean {
  return text.length <= MAX_WORKSPACE_LENGTH && WORKSPACE_NAME.test(text);
}

/**
 * Names that no workspace may have, because they begin the platform's own paths, would be mistaken
 * for them, or are kept for views of other workspaces.
 */
const RESERVED_WORKSPACES: ReadonlySet<string> = new Set([
  'admin',
  'api',
  'assets',
  'cdn-cgi',
  'console',
  'docs',
  'healthz',
  'help',
  'login',
  'metrics',
  'mirror',
  'orlop',
  'pick',
  'settings',
  'token',
  'v1',
  'v2',
  'v3',
]);

/** `aged30`: as it was so long ago. `at-2026-11-30`: as it was on that day, or at a time of it. */
const RESERVED_VIEWS = /^(?:aged\d+|at-\d{4}-?\d{2}-?\d{2}(?:[t_.-].*)?)$/;

/** Whether a name is reserved, although the grammar allows it. */
export function isReservedWorkspaceName(text: string): boolean {
  return RESERVED_WORKSPACES.has(text) || RESERVED_VIEWS.test(text);
}

/** The most characters of a department's or project's name, and the like. */
export const MAX_NAME_LENGTH = 64;

/**
 * One line of printable characters with single spaces between them: no control characters, and
 * none that are invisible or change the direction of the text.
 */
export const PRINTABLE_NAME =
  /^[!-~\u00a1-\u1fff\u2010-\u2027\u2030-\uffff]+(?: [!-~\u00a1-\u1fff\u2010-\u2027\u2030-\uffff]+)*$/;

export function formatRepositoryName(name: RepositoryName): string {
  return `${name.workspace}/${name.image}`;
}

/** @throws RegistryError TAG_INVALID */
export function parseTag(text: string): Tag {
  if (TAG.test(text)) return text as Tag;
  throw new RegistryError(
    'TAG_INVALID',
    'a tag is 1 to 128 letters, digits, . _ or -, and starts with a letter, digit or _',
    { detail: { tag: text.slice(0, 200) } },
  );
}

/**
 * Parses what follows `/manifests/`: a digest if it has a colon, else a tag.
 * @throws RegistryError DIGEST_INVALID or TAG_INVALID
 */
export function parseReference(text: string): Reference {
  if (text.includes(':')) return { kind: 'digest', digest: parseDigest(text) };
  return { kind: 'tag', tag: parseTag(text) };
}
