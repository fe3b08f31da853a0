import type { Digest } from '../domain/digest.ts';
import type { ErrorCode } from '../domain/errors.ts';
import type { PushTarget } from '../storage/content/publish.ts';

/** What the Worker asks of an upload's Durable Object, beside the body. */
export type UploadCommand =
  | { readonly do: 'status' }
  | { readonly do: 'cancel' }
  | ({ readonly do: 'append' } & UploadChunk)
  | ({
      readonly do: 'complete';
      readonly digest: Digest;
      readonly target: PushTarget;
    } & UploadChunk);

/** How a request's body continues an upload. */
export interface UploadChunk {
  readonly algorithm: 'sha256' | 'sha512';
  /** Position of its first byte, and bytes it must have; null where the client does not say. */
  readonly start: number | null;
  readonly length: number | null;
}

/** What the Durable Object answers: errors travel as values, since a stub drops their code. */
export type UploadOutcome =
  | { readonly ok: true; readonly state: 'new' | 'open' | 'published'; readonly offset: number }
  | {
      readonly ok: false;
      readonly code: ErrorCode;
      readonly message: string;
      readonly offset: number;
    };

/** The header that carries an UploadCommand as JSON. */
export const COMMAND_HEADER = 'x-orlop-upload';
