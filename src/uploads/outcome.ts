import type { Digest } from '../domain/digest.ts';
import type { ErrorCode } from '../domain/errors.ts';
import type { BlobRecord } from '../storage/content/blobs.ts';
import type { PushTarget } from '../storage/content/publish.ts';

/** What the Worker asks of an upload's Durable Object; the body, if any, is the request's. */
export type UploadCommand =
  | { readonly do: 'status' }
  | { readonly do: 'cancel' }
  | ({ readonly do: 'append' } & UploadChunk)
  | ({
      readonly do: 'complete';
      readonly digest: Digest;
      readonly target: PushTarget;
    } & UploadChunk);

/** A command as it is sent. */
export type SentCommand = UploadCommand & {
  /** Sent before, but the answer was lost: what has been done since then is no error. */
  readonly again?: boolean;
};

/** Where a request's body belongs in the upload. */
export interface UploadChunk {
  readonly algorithm: 'sha256' | 'sha512';
  /** Position of its first byte, and its length in bytes; null if the client does not say. */
  readonly start: number | null;
  readonly length: number | null;
}

/** What the Durable Object answers. Errors are values, because a stub drops an exception's code. */
export type UploadOutcome =
  /** `published`: the blob that was completed now. */
  | { readonly ok: true; readonly offset: number; readonly published?: BlobRecord }
  | {
      readonly ok: false;
      readonly code: ErrorCode;
      readonly message: string;
      readonly offset: number;
    };

/** The header that carries a SentCommand as JSON. */
export const COMMAND_HEADER = 'x-orlop-upload';
