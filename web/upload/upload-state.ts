import type { BlobProgress, Destination, ImageSummary, UploadFailure } from './protocol.ts';

/** The upload of one image of a chosen file. */
export interface ImageUpload {
  /** Unique: the same image in two files is two uploads. */
  readonly id: string;
  readonly summary: ImageSummary;
  /** Names in the archive that it is not uploaded under, because they give no version. */
  readonly unusable: readonly string[];
  /** Whether it is to be uploaded. */
  readonly isChosen: boolean;
  readonly image: string;
  /** As they are typed: one or more, with commas between them. */
  readonly tags: string;
  readonly status: 'waiting' | 'sending' | 'paused' | 'pushed' | 'failed';
  /** By the blob's key. */
  readonly blobs: Readonly<Record<string, BlobProgress>>;
  /** Bytes that are done, as in the archive. */
  readonly done: number;
  /** Bytes a second; null until it is known. */
  readonly perSecond: number | null;
  readonly failure: UploadFailure | null;
  /** The destination, once it is started. */
  readonly to: Destination | null;
}

/** What a user may change before an image is sent. */
export type ImageEdit = Partial<Pick<ImageUpload, 'image' | 'tags' | 'isChosen'>>;

/** A file that was chosen for upload. */
export interface FileUpload {
  readonly id: string;
  readonly file: File;
  readonly status: 'reading' | 'read' | 'failed';
  readonly failure: UploadFailure | null;
  readonly images: readonly ImageUpload[];
}

/** Whether anything is being sent, so that leaving the page would interrupt it. */
export function isBusy(files: readonly FileUpload[]): boolean {
  return files.some(({ images }) => images.some(({ status }) => status === 'sending'));
}

/** Whether all chosen images have arrived. */
export function isFinished(files: readonly FileUpload[]): boolean {
  const chosen = files.flatMap(({ images }) => images.filter(({ isChosen }) => isChosen));
  return chosen.length > 0 && chosen.every(({ status }) => status === 'pushed');
}

/** Bytes of all chosen images, and how many of them are done. */
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
