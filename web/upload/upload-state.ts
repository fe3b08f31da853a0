import type { BlobProgress, Destination, ImageSummary, UploadFailure } from './protocol.ts';

/** An image of a chosen file, on its way to the registry. */
export interface ImageUpload {
  /** Of this upload: the same image in two files is two uploads. */
  readonly id: string;
  readonly summary: ImageSummary;
  /** Whether it is sent with the file. */
  readonly isChosen: boolean;
  readonly image: string;
  readonly tag: string;
  readonly status: 'waiting' | 'sending' | 'paused' | 'pushed' | 'failed';
  /** By the blob's key. */
  readonly blobs: Readonly<Record<string, BlobProgress>>;
  /** Bytes as they lie in the archive. */
  readonly done: number;
  /** Bytes a second; null until it is known. */
  readonly perSecond: number | null;
  readonly failure: UploadFailure | null;
  /** Where it went, once it is sent. */
  readonly to: Destination | null;
}

/** What a user may change of an image before it is sent. */
export type ImageEdit = Partial<Pick<ImageUpload, 'image' | 'tag' | 'isChosen'>>;

/** A file that was chosen to upload. */
export interface FileUpload {
  readonly id: string;
  readonly file: File;
  readonly status: 'reading' | 'read' | 'failed';
  readonly failure: UploadFailure | null;
  readonly images: readonly ImageUpload[];
}

/** Whether anything is on its way, so that leaving the page would stop it. */
export function isBusy(files: readonly FileUpload[]): boolean {
  return files.some(({ images }) => images.some(({ status }) => status === 'sending'));
}

/** Whether all that was chosen has arrived. */
export function isFinished(files: readonly FileUpload[]): boolean {
  const chosen = files.flatMap(({ images }) => images.filter(({ isChosen }) => isChosen));
  return chosen.length > 0 && chosen.every(({ status }) => status === 'pushed');
}

/** Bytes of all that was chosen, and how many of them are done. */
export function totalProgress(files: readonly FileUpload[]): { done: number; total: number } {
  const chosen = files.flatMap(({ images }) => images.filter(({ isChosen }) => isChosen));
  return {
    done: chosen.reduce(
      (sum, one) => sum + (one.status === 'pushed' ? one.summary.size : one.done),
      0,
    ),
    total: chosen.reduce((sum, { summary }) => sum + summary.size, 0),
  };
}
