import type { ArchiveErrorCode, ErrorDetail } from '../../src/archive/errors.ts';
import type { PushState } from '../../src/archive/push/push-state.ts';

/** A config or a layer, as the page shows it. */
interface BlobSummary {
  /** What progress speaks of. */
  readonly key: string;
  /** Bytes in the archive. */
  readonly size: number;
}

/** An image of an archive, as the page shows it. */
export interface ImageSummary {
  readonly id: string;
  /** References it had where it was saved; often none. */
  readonly names: readonly string[];
  readonly platforms: readonly string[];
  readonly missingPlatforms: readonly string[];
  readonly layers: readonly BlobSummary[];
  readonly referrers: number;
  /** Bytes in the archive. */
  readonly size: number;
}

/** Where an image of an archive goes. */
export interface Destination {
  readonly workspace: string;
  readonly image: string;
  readonly tag: string;
}

/** What the page asks of the worker. `job` names a file's work, so that answers find it. */
export type Request =
  | { readonly kind: 'read'; readonly job: string; readonly file: File; readonly maxBytes: number }
  | {
      readonly kind: 'push';
      readonly job: string;
      readonly imageId: string;
      readonly to: Destination;
      readonly state: PushState | null;
    }
  /** Stops what the job is doing; what the registry has by then stays there. */
  | { readonly kind: 'stop'; readonly job: string }
  | { readonly kind: 'forget'; readonly job: string };

/** How far one blob has come; bytes as they lie in the archive. */
export interface BlobProgress {
  readonly phase: 'checking' | 'sending' | 'exists' | 'mounted' | 'sent';
  readonly done: number;
}

/** Why a job failed: an error of the archive engine, of the API, or of the file on the disk. */
export type Failure =
  | { readonly of: 'archive'; readonly code: ArchiveErrorCode; readonly detail: ErrorDetail }
  | { readonly of: 'api'; readonly code: string; readonly message: string }
  | { readonly of: 'file' };

/** What the worker answers. */
export type Answer = { readonly job: string } & (
  | { readonly kind: 'contents'; readonly images: readonly ImageSummary[] }
  | {
      readonly kind: 'progress';
      readonly imageId: string;
      readonly blobs: Readonly<Record<string, BlobProgress>>;
      readonly done: number;
      readonly total: number;
    }
  | { readonly kind: 'state'; readonly imageId: string; readonly state: PushState }
  | { readonly kind: 'pushed'; readonly imageId: string; readonly digest: string }
  | { readonly kind: 'stopped' }
  | { readonly kind: 'failed'; readonly failure: Failure }
);
