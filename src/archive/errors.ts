/**
 * What can be wrong with an archive, or fail while it is pushed: code → message, whose `{names}`
 * are filled in from the error's detail. The console translates by code.
 */
export const ARCHIVE_ERRORS = {
  NOT_AN_ARCHIVE: 'this is not a tar archive, plain or compressed with gzip or zstd',
  CUT_SHORT: 'the archive ends too early: it was not copied or downloaded completely',
  DAMAGED: 'the archive is damaged at byte {offset}',
  COMPRESSION_UNSUPPORTED:
    'archives compressed with {compression} cannot be read here: decompress it first ({command})',
  LAYER_UNSUPPORTED:
    '{path} in the archive is compressed with {compression}, which layers cannot have: decompress it first ({command})',
  NO_MANIFEST:
    'the archive contains no image: it has neither the manifest.json of docker save nor the index.json of an OCI layout',
  MANIFEST_INVALID: '{path} in the archive is invalid: {reason}',
  FILE_MISSING: '{path} is missing from the archive',
  DIGEST_MISMATCH: '{path} does not match its digest: expected {expected}, found {found}',
  SIZE_MISMATCH: '{path} should have {expected} bytes, but has {found}',
  PATH_ESCAPES: 'the archive contains a path that leads outside it: {path}',
  NOT_A_FILE: '{path} in the archive should be a file, but is {kind}',
  TOO_LARGE: 'the archive is larger than the limit of {limit} bytes',
  TOO_MANY_FILES: 'the archive has more than {limit} files',
  UNPACKS_TOO_LARGE: 'the archive is refused: it decompresses to more than {ratio} times its size',
  // While pushing.
  NOT_SIGNED_IN: 'the registry requires signing in',
  NOT_ALLOWED: 'you are not allowed to push to {repository}: {reason}',
  BODY_TOO_LARGE: 'a proxy in front of the registry refuses requests of {size} bytes',
  CONNECTION_LOST: 'requests to the registry failed {attempts} times in a row: {reason}',
  UPLOAD_LOST: 'the registry lost the upload of {blob} {attempts} times',
  TAG_NOT_SET:
    'the registry stored the image as {digest}, but cannot set the tag {tag} on a digest that is not sha256',
  REGISTRY_REFUSED: 'the registry answered {status}: {reason}',
} as const;

export type ArchiveErrorCode = keyof typeof ARCHIVE_ERRORS;

/** The values of a message's `{names}`. */
export type ErrorDetail = Readonly<Record<string, string | number>>;

/** An archive that is refused, or a push that failed before its tag was set. */
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

function fill(message: string, detail: ErrorDetail): string {
  return message.replace(/\{(\w+)\}/g, (_, name: string) => String(detail[name] ?? ''));
}

/** A short reason for a failure. Of fetch's `TypeError: fetch failed` that is its cause. */
export function failureReason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error instanceof TypeError ? error.cause : null;
  return (cause instanceof Error && cause.message) || error.message;
}
