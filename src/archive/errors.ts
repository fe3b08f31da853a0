/**
 * Everything that can be wrong with an archive, or go wrong on its way to a registry: code →
 * the sentence, with `{names}` filled in from the error's detail. The page translates by code.
 */
export const ARCHIVE_ERRORS = {
  NOT_AN_ARCHIVE: 'this is not a tar archive, nor one packed by gzip or zstd',
  CUT_SHORT: 'the archive ends too early: it was not copied or downloaded to its end',
  DAMAGED: 'the archive is damaged at byte {offset}',
  ZSTD_UNSUPPORTED: 'archives packed by zstd cannot be read here: unpack it first (zstd -d)',
  NO_MANIFEST:
    'there is no image in the archive: it has neither the manifest.json of docker save nor the index.json of an OCI layout',
  MANIFEST_INVALID: '{path} in the archive is not valid: {reason}',
  FILE_MISSING: '{path} is missing from the archive',
  DIGEST_MISMATCH: '{path} is not what it should be: its digest is {found}, not {expected}',
  SIZE_MISMATCH: '{path} should have {expected} bytes, but has {found}',
  PATH_ESCAPES: 'the archive names a path outside of itself: {path}',
  NOT_A_FILE: '{path} in the archive should be a file, but is {kind}',
  TOO_LARGE: 'the archive is larger than the {limit} bytes that are allowed',
  TOO_MANY_FILES: 'the archive has more than {limit} files',
  UNPACKS_TOO_LARGE: 'the archive unpacks to more than {ratio} times its size, so it is refused',
  // On the way to the registry.
  NOT_SIGNED_IN: 'the registry asks to sign in',
  NOT_ALLOWED: 'you may not push to {repository}: {reason}',
  BODY_TOO_LARGE: 'something before the registry refuses requests of {size} bytes',
  CONNECTION_LOST:
    'the connection to the registry was lost, and {attempts} attempts failed: {reason}',
  UPLOAD_LOST: 'the registry has lost the upload of {blob} {attempts} times',
  REGISTRY_REFUSED: 'the registry answered {status}: {reason}',
} as const;

export type ArchiveErrorCode = keyof typeof ARCHIVE_ERRORS;

/** What fills a sentence's `{names}`. */
export type ErrorDetail = Readonly<Record<string, string | number>>;

/** An archive that is refused, or a push that cannot go on. Nothing was published. */
export class ArchiveError extends Error {
  readonly code: ArchiveErrorCode;
  readonly detail: ErrorDetail;

  constructor(code: ArchiveErrorCode, detail: ErrorDetail = {}, options?: ErrorOptions) {
    super(fill(ARCHIVE_ERRORS[code], detail), options);
    this.name = 'ArchiveError';
    this.code = code;
    this.detail = detail;
  }
}

function fill(sentence: string, detail: ErrorDetail): string {
  return sentence.replace(/\{(\w+)\}/g, (_, name: string) => String(detail[name] ?? ''));
}

/** Why something failed, in a few words: fetch's `TypeError: fetch failed` says less than its cause. */
export function failureReason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error instanceof TypeError ? error.cause : null;
  return (cause instanceof Error && cause.message) || error.message;
}
