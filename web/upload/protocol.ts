import type { ArchiveErrorCode, ErrorDetail } from '../../src/archive/errors.ts';
import type { PushState } from '../../src/archive/push/push-state.ts';

/** A layer, as the page shows it. */
interface BlobSummary {
  /** Its key in reports of progress. */
  readonly key: string;
  /** Bytes in the archive. */
  readonly size: number;
}

/** An image of an archive, as the page shows it. */
export interface ImageSummary {
  readonly id: string;
  /** Its references where it was saved; often none. */
  readonly names: readonly string[];
  readonly platforms: readonly string[];
  readonly missingPlatforms: readonly string[];
  readonly layers: readonly BlobSummary[];
  readonly referrers: number;
  /** Bytes in the archive. */
  readonly size: number;
}

/** The name that an image is uploaded under, with one or more tags. */
export interface Destination {
  readonly workspace: string;
  readonly image: string;
  readonly tags: readonly string[];
}

/** Requests of the page to the worker, with the page's ids of files and uploads. */
export type WorkerRequest =
  | {
      readonly kind: 'read';
      readonly fileId: string;
      readonly file: File;
      readonly maxBytes: number;
    }
  | {
      readonly kind: 'push';
      readonly uploadId: string;
      readonly fileId: string;
      /** Id of the image in the file. */
      readonly imageId: string;
      readonly to: Destination;
      readonly state: PushState | null;
    }
  /** Stops an upload; what the registry has received stays there. */
  | { readonly kind: 'stop'; readonly uploadId: string }
  /** Forgets a file and stops its uploads. */
  | { readonly kind: 'forget'; readonly fileId: string };

/** The progress of a blob; bytes as in the archive. */
export interface BlobProgress {
  readonly phase: 'checking' | 'sending' | 'exists' | 'mounted' | 'sent';
  readonly done: number;
}

/**
 * Why a file could not be read or an upload failed: an error of the archive engine, of the API, or
 * of the file on the disk.
 */
export type UploadFailure =
  | { readonly of: 'archive'; readonly code: ArchiveErrorCode; readonly detail: ErrorDetail }
  | { readonly of: 'api'; readonly code: string; readonly message: string }
  | { readonly of: 'file' };

/** The worker's report of a file that it was asked to read. */
export type FileReport = { readonly fileId: string } & (
  | { readonly kind: 'contents'; readonly images: readonly ImageSummary[] }
  | { readonly kind: 'unreadable'; readonly failure: UploadFailure }
);

/** The worker's reports of an upload. */
export type UploadReport = { readonly uploadId: string } & (
  | {
      readonly kind: 'progress';
      readonly blobs: Readonly<Record<string, BlobProgress>>;
      /** Bytes of all blobs. */
      readonly done: number;
    }
  | { readonly kind: 'state'; readonly state: PushState }
  | { readonly kind: 'pushed' }
  | { readonly kind: 'stopped' }
  | { readonly kind: 'failed'; readonly failure: UploadFailure }
);

export type WorkerReport = FileReport | UploadReport;
