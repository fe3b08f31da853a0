import { type Digest, parseDigest } from './digest.ts';
import { RegistryError } from './errors.ts';

/** `workspace/image`: where the first part names the workspace and the image may have parts. */
export interface RepositoryName {
  readonly workspace: string;
  readonly image: string;
}

/** A tag's name, checked. */
export type Tag = string & { readonly __brand: 'Tag' };

/** What a manifest is asked for by. */
export type Reference =
  | { readonly kind: 'tag'; readonly tag: Tag }
  | { readonly kind: 'digest'; readonly digest: Digest };

const COMPONENT = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';
const REPOSITORY = new RegExp(`^${COMPONENT}(?:/${COMPONENT})*$`);
const WORKSPACE = new RegExp(`^${COMPONENT}$`);
const TAG = /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/;

/** Characters of a whole repository name, the workspace's part included. */
const MAX_REPOSITORY_LENGTH = 255;

/**
 * Parses a repository name of at least two parts.
 * https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pulling-manifests
 * @throws RegistryError NAME_INVALID
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
      'NAME_INVALID',
      `images live in workspaces: use <workspace>/${text}, for example library/${text}`,
      { detail: { name: text } },
    );
  }
  return { workspace: text.slice(0, slash), image: text.slice(slash + 1) };
}

/** Whether parseRepositoryName takes a text. */
export function isRepositoryName(text: string): boolean {
  return text.length <= MAX_REPOSITORY_LENGTH && text.includes('/') && REPOSITORY.test(text);
}

/** Whether a text can name a workspace: one part of a repository name. */
export function isWorkspaceName(text: string): boolean {
  return text.length <= 128 && WORKSPACE.test(text);
}

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
 * Parses what stands behind `/manifests/`: a digest where it has a colon, else a tag.
 * @throws RegistryError DIGEST_INVALID or TAG_INVALID
 */
export function parseReference(text: string): Reference {
  if (text.includes(':')) return { kind: 'digest', digest: parseDigest(text) };
  return { kind: 'tag', tag: parseTag(text) };
}
