import type { Digest } from '../domain/digest.ts';
import { RegistryError } from '../domain/errors.ts';
import { isWorkspaceName, parseReference, type Tag } from '../domain/names.ts';
import { CommandError, EXIT } from './exit.ts';

/** An image's address: `host/name:tag`, `host/name@digest`, or `host/name`. */
export interface ImageAddress {
  readonly host: string;
  /** One or more parts, as registries differ. */
  readonly repository: string;
  readonly tag: Tag | null;
  readonly digest: Digest | null;
}

const HOST = /^(?:\[[0-9a-fA-F:]+\]|[a-zA-Z0-9.-]+)(?::[0-9]{1,5})?$/;

/**
 * Parses an image's address. The host is required: there is no default registry.
 * @param defaultTag of an address with neither tag nor digest
 * @throws CommandError usage
 */
export function parseAddress(text: string, defaultTag: string | null = 'latest'): ImageAddress {
  const slash = text.indexOf('/');
  const host = parseHost(text.slice(0, Math.max(slash, 0)));
  const [name = '', ...digests] = text.slice(slash + 1).split('@');
  const [repository = '', ...tags] = name.split(':');
  const isName = repository.split('/').every(isWorkspaceName);
  if (!isName || digests.length > 1 || tags.length > 1) throw invalid(text);
  const digest = digests[0] === undefined ? null : readReference(text, digests[0]);
  const tagText = tags[0] ?? (digest ? null : defaultTag);
  const tag = tagText === null ? null : readReference(text, tagText);
  if (digest?.kind === 'tag' || tag?.kind === 'digest') throw invalid(text);
  return { host, repository, tag: tag?.tag ?? null, digest: digest?.digest ?? null };
}

/**
 * Parses a registry's host, with an optional port.
 * @throws CommandError usage
 */
export function parseHost(text: string): string {
  const isHost = HOST.test(text) && (/[.:]/.test(text) || text === 'localhost');
  if (isHost) return text;
  throw new CommandError(
    EXIT.usage,
    `"${text}" is not a registry: write its host, such as registry.example or localhost:8787`,
  );
}

/** Formats an address, as docker and archives write it. */
export function formatAddress({ host, repository, tag, digest }: ImageAddress): string {
  return `${host}/${repository}${tag ? `:${tag}` : ''}${digest ? `@${digest}` : ''}`;
}

function readReference(text: string, reference: string) {
  try {
    return parseReference(reference);
  } catch (error) {
    throw error instanceof RegistryError ? invalid(text, error.message) : error;
  }
}

function invalid(text: string, reason = 'write host/workspace/image:tag'): CommandError {
  return new CommandError(EXIT.usage, `"${text}" is not the address of an image: ${reason}`);
}
