import type { ServerResponse } from 'node:http';
import { ArchiveError, failureReason } from '../../archive/errors.ts';
import {
  DigestInvalidError,
  UploadNotFoundError,
  UploadOffsetError,
} from '../../archive/push/upload.ts';
import { RegistryError } from '../../domain/errors.ts';

/** An error that the relay responds with. */
export class RelayError extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.name = 'RelayError';
    this.status = status;
    this.code = code;
  }
}

/**
 * Responds with an error in the format of the specification, or aborts a response that has begun.
 * https://github.com/opencontainers/distribution-spec/blob/main/spec.md#error-codes
 */
export function sendError(response: ServerResponse, error: unknown): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const { status, code, message } = toRelayError(error);
  const headers: Record<string, string> = { 'content-type': 'application/json' };
  if (status === 401) headers['www-authenticate'] = 'Basic realm="orlop relay"';
  // The rest of the request's body is not read.
  headers.connection = 'close';
  response.writeHead(status, headers);
  response.end(JSON.stringify({ errors: [{ code, message }] }));
}

function toRelayError(error: unknown): RelayError {
  if (error instanceof RelayError) return error;
  if (error instanceof RegistryError) {
    return new RelayError(error.status, error.code, error.message);
  }
  if (error instanceof UploadNotFoundError || error instanceof UploadOffsetError) {
    return new RelayError(404, 'BLOB_UPLOAD_UNKNOWN', 'the registry lost the upload');
  }
  if (error instanceof DigestInvalidError) {
    return new RelayError(400, 'DIGEST_INVALID', 'the digest does not match the content');
  }
  // An ArchiveError's message contains its cause.
  const message = error instanceof ArchiveError ? error.message : failureReason(error);
  if (error instanceof ArchiveError && ['NOT_SIGNED_IN', 'NOT_ALLOWED'].includes(error.code)) {
    return new RelayError(403, 'DENIED', message);
  }
  const status = error instanceof ArchiveError ? Number(error.detail.status) : 502;
  // A refusal by the registry itself is final.
  if (status >= 400 && status < 500) return new RelayError(status, 'DENIED', message);
  return new RelayError(502, 'UNKNOWN', message);
}
