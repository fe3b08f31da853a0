/**
 * Accessories are what clients attach to an image by a tag that names its digest: signatures,
 * attestations, SBOMs, and the list of referrers that a client keeps where it knows no API; and an
 * artifact with a subject, whatever tag it has. They are no versions, as in Harbor, which shows
 * them under their subject. But the tag that a user gave to one is a promise like any other:
 * immutability holds it. Only the tags named by digest are exempt from wildcards, because clients
 * write them anew.
 * https://github.com/opencontainers/distribution-spec/blob/main/spec.md#referrers-tag-schema
 * https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md
 */
import type { Digest } from './digest.ts';

/** Characters of a digest that a tag can name: of a sha512 only the first 64 digits fit. */
export const SUBJECT_LENGTH = 71;

/** `<algorithm>-<64 hex>`, bare or with a suffix; cosign can be told to write a prefix. */
const NAME = /^(.*?)(sha256|sha512)-([0-9a-f]{64})(\..+)?$/;

/** The suffixes that cosign writes after a prefix. */
const AFTER_PREFIX = ['.sig', '.att', '.sbom'];

/** The beginning of the digest that a tag is named after; null: it is not named so. */
function subjectInName(tag: string): string | null {
  const [, prefix = '', algorithm, hex, suffix = ''] = NAME.exec(tag) ?? [];
  if (algorithm === undefined) return null;
  if (prefix !== '' && !AFTER_PREFIX.includes(suffix)) return null;
  return `${algorithm}:${hex}`;
}

/**
 * The beginning of the digest of the manifest to which a tag attaches another; null: by its name
 * it attaches nothing. A tag that names the very manifest it points at is a version: some tools
 * push by such tags, so that a registry without history keeps what is pulled by digest.
 */
export function subjectOfTag(tag: string, digest: Digest | string): string | null {
  const subject = subjectInName(tag);
  return subject !== null && digest.startsWith(subject) ? null : subject;
}
