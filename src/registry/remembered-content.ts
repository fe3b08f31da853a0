import type { Digest } from '../domain/digest.ts';
import { MINUTE_MS } from '../domain/time.ts';
import type { RepositoryContext } from './context.ts';
import type { RequestedContent } from './requested-content.ts';

/** What a request by digest reads of an image. HEAD of a manifest reads less than GET. */
export interface ContentAddress {
  readonly imageId: number;
  readonly kind: 'blob' | 'manifest' | 'head of a manifest';
  readonly digest: Digest;
}

/** Content as the database described it. */
interface Remembered {
  readonly content: RequestedContent;
  /** When the query was sent: see AskedAt in src/auth/decisions.ts. */
  readonly askedAt: { readonly time: number; readonly changes: number };
}

/** What one isolate remembers; the oldest goes first. */
const MAX_BYTES = 4 * 1024 * 1024;

/** Larger content is looked up each time, so that it takes the place of no other. */
const MAX_ENTRY = MAX_BYTES / 16;

/** Memory of a record of content, in bytes; an estimate. */
const RECORD_BYTES = 512;

const entries = new Map<string, Remembered & { readonly bytes: number }>();
let total = 0;

/**
 * Remembers content that a lookup by digest has found, for all who may read it: many clients pull the
 * same image at once. Whoever finds it decides how old it may be.
 *
 * Only content that is in use and whole is remembered, because of other content a request may change
 * what the row says of its use. It may fall out of use right after the query; then it stays for the
 * grace period, so a HEAD up to a minute later still has more than half of that left to promise.
 */
export function rememberContent(
  address: ContentAddress,
  { content, askedAt }: Remembered,
  { gracePeriod }: Pick<RepositoryContext, 'gracePeriod'>,
): void {
  const found = content.manifest ?? content.blob;
  if (found === null || found.damaged || found.unusedSince !== null) return;
  const bytes = sizeOf(content);
  if (gracePeriod < 2 * MINUTE_MS || bytes > MAX_ENTRY) return;
  const key = keyOf(address);
  forget(key);
  entries.set(key, { content, askedAt, bytes });
  total += bytes;
  for (const oldest of entries.keys()) {
    if (total <= MAX_BYTES) return;
    forget(oldest);
  }
}

export function findRemembered(address: ContentAddress): Remembered | null {
  return entries.get(keyOf(address)) ?? null;
}

/** Forgets all content: some of it was found to be damaged. */
export function forgetContent(): void {
  entries.clear();
  total = 0;
}

function forget(key: string): void {
  total -= entries.get(key)?.bytes ?? 0;
  entries.delete(key);
}

function sizeOf({ manifest, blobs }: RequestedContent): number {
  const text = manifest?.body.kind === 'text' ? manifest.body.text.length : 0;
  return text + RECORD_BYTES * (1 + blobs.length);
}

function keyOf({ imageId, kind, digest }: ContentAddress): string {
  return `${imageId} ${kind} ${digest}`;
}
