/**
 * Every error: name → status, code in answers of /v2, and the message if the place that throws
 * gives none. Clients of /v2 know only the codes of the specification and of distribution, so the
 * rows below the line use the nearest one. /api answers with the name itself, in kebab case.
 * https://github.com/opencontainers/distribution-spec/blob/main/spec.md#error-codes
 */
export const ERRORS = {
  BLOB_UNKNOWN: row(404, 'BLOB_UNKNOWN', 'blob unknown to this repository'),
  BLOB_UPLOAD_INVALID: row(400, 'BLOB_UPLOAD_INVALID', 'the upload request is not valid'),
  BLOB_UPLOAD_UNKNOWN: row(
    404,
    'BLOB_UPLOAD_UNKNOWN',
    'this upload does not exist, has ended, or was cancelled: start a new one',
  ),
  DIGEST_INVALID: row(400, 'DIGEST_INVALID', 'the digest does not match the content'),
  MANIFEST_BLOB_UNKNOWN: row(
    404,
    'MANIFEST_BLOB_UNKNOWN',
    'the manifest refers to content that this repository does not have',
  ),
  MANIFEST_INVALID: row(400, 'MANIFEST_INVALID', 'the manifest is not valid'),
  MANIFEST_UNKNOWN: row(404, 'MANIFEST_UNKNOWN', 'manifest unknown to this repository'),
  NAME_INVALID: row(400, 'NAME_INVALID', 'the repository name is not valid'),
  NAME_UNKNOWN: row(404, 'NAME_UNKNOWN', 'the repository does not exist'),
  SIZE_INVALID: row(413, 'SIZE_INVALID', 'the content is larger than this registry accepts'),
  UNAUTHORIZED: row(401, 'UNAUTHORIZED', 'authentication required'),
  DENIED: row(403, 'DENIED', 'requested access to the resource is denied'),
  UNSUPPORTED: row(405, 'UNSUPPORTED', 'the operation is not supported'),
  TOO_MANY_REQUESTS: row(429, 'TOOMANYREQUESTS', 'too many requests'),
  PAGINATION_NUMBER_INVALID: row(400, 'PAGINATION_NUMBER_INVALID', 'n must be a whole number'),
  // ---
  TAG_INVALID: row(400, 'NAME_INVALID', 'the tag is not valid'),
  PARAMETER_INVALID: row(400, 'UNSUPPORTED', 'a parameter is not valid'),
  ENDPOINT_UNKNOWN: row(404, 'UNSUPPORTED', 'there is no such endpoint'),
  CONTENT_IN_USE: row(409, 'DENIED', 'the content is in use'),
  TAG_IMMUTABLE: row(403, 'DENIED', 'a rule of the workspace makes the version immutable'),
  RANGE_INVALID: row(416, 'UNSUPPORTED', 'the range does not fit the content'),
  UPLOAD_RANGE_INVALID: row(416, 'BLOB_UPLOAD_INVALID', 'the chunk does not continue the upload'),
  PRECONDITION_FAILED: row(412, 'DENIED', 'the tag has changed since then'),
  FIELD_INVALID: row(400, 'UNSUPPORTED', 'a field is not valid'),
  MEDIA_TYPE_UNSUPPORTED: row(415, 'UNSUPPORTED', 'the type of the body is not supported here'),
  NOT_FOUND: row(404, 'NAME_UNKNOWN', 'it does not exist, or you may not see it'),
  NAME_TAKEN: row(409, 'DENIED', 'the name is taken'),
  LAST_ADMIN: row(409, 'DENIED', 'the platform needs a cloud admin: make another user one first'),
  LAST_OWNER: row(409, 'DENIED', 'a project needs an owner: make another member one first'),
  TOO_MANY_TOKENS: row(
    409,
    'DENIED',
    'you have as many access tokens as you may: revoke one first',
  ),
  TOO_MANY_ROBOTS: row(409, 'DENIED', 'the project has as many robots as it may: delete one first'),
  TOO_MANY_TRIGGERS: row(
    409,
    'DENIED',
    'the project has as many triggers as it may: delete one first',
  ),
  IN_TRASH: row(409, 'DENIED', 'it is in the trash'),
  NOT_EMPTY: row(409, 'DENIED', 'it is not empty'),
  SIGN_IN_FAILED: row(401, 'UNAUTHORIZED', 'the user name or the password is wrong'),
  PASSWORD_CHANGE_REQUIRED: row(403, 'DENIED', 'change your password first'),
  SESSION_REQUIRED: row(
    403,
    'DENIED',
    'this takes a person who is signed in to the console: no token, and no password with the request',
  ),
  PASSWORD_CONFIRMATION_REQUIRED: row(
    403,
    'DENIED',
    'confirm your password first: you signed in more than 15 minutes ago',
  ),
  HTTPS_REQUIRED: row(403, 'DENIED', 'use https: plain http is not answered here'),
  CROSS_SITE: row(403, 'DENIED', 'the request came from another site'),
  UNAVAILABLE: row(503, 'UNAVAILABLE', 'the registry cannot answer right now: try again'),
  STORAGE_FULL: row(
    507,
    'UNAVAILABLE',
    'the disk of the registry is full: an administrator has to free space on it',
  ),
  UNKNOWN: row(500, 'UNKNOWN', 'the registry failed: try again'),
} as const;

function row(status: ErrorStatus, code: string, message: string) {
  return { status, code, message };
}

type ErrorStatus =
  | 400
  | 401
  | 403
  | 404
  | 405
  | 409
  | 412
  | 413
  | 415
  | 416
  | 429
  | 500
  | 503
  | 507;

export type ErrorCode = keyof typeof ERRORS;

/** One of several errors that an answer lists. */
export interface ErrorEntry {
  readonly message: string;
  readonly detail: unknown;
}

/** What a RegistryError carries besides its code. */
export interface ErrorExtras {
  /** JSON for programs. */
  readonly detail?: unknown;
  /** Headers of the answer (Range, Location, Retry-After, Allow …). */
  readonly headers?: Readonly<Record<string, string>>;
  /** The invalid field of the request's body or query, as a path with dots. */
  readonly field?: string;
  /** One entry of the envelope each, if there are several errors. */
  readonly entries?: readonly ErrorEntry[];
}

/** An error that the client caused or can act on. Thrown anywhere, rendered once per surface. */
export class RegistryError extends Error {
  readonly code: ErrorCode;
  readonly extras: ErrorExtras;

  constructor(code: ErrorCode, message?: string, extras: ErrorExtras = {}) {
    super(message ?? ERRORS[code].message);
    this.name = 'RegistryError';
    this.code = code;
    this.extras = extras;
  }

  get status(): ErrorStatus {
    return ERRORS[this.code].status;
  }
}
