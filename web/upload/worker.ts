/**
 * The archive engine in a thread of its own, so that reading and hashing gigabytes does not block
 * the page.
 */
import { ArchiveError } from '../../src/archive/errors.ts';
import { type ArchiveImage, blobKey } from '../../src/archive/images.ts';
import { planPush } from '../../src/archive/push/plan.ts';
import { type PushProgress, pushImage } from '../../src/archive/push/push.ts';
import { readArchive } from '../../src/archive/read/read-archive.ts';
import { blobSource } from '../../src/archive/source.ts';
import { webRuntime } from '../../src/archive/web-runtime.ts';
import { ApiError } from '../api/error.ts';
import type {
  BlobProgress,
  ImageSummary,
  UploadFailure,
  WorkerReport,
  WorkerRequest,
} from './protocol.ts';
import { openRegistry } from './registry.ts';

/** A file whose images can be pushed once it is read. */
interface ReadFile {
  readonly images: readonly ArchiveImage[];
  /** Aborted when the file is forgotten: its contents are not reported then. */
  readonly stop: AbortController;
}

interface RunningUpload {
  readonly fileId: string;
  readonly stop: AbortController;
}

const files = new Map<string, ReadFile>();
const uploads = new Map<string, RunningUpload>();

/** Minimum interval between two reports of progress, in ms. */
const PACE = 100;

const report = (message: WorkerReport) => self.postMessage(message);

self.addEventListener('message', ({ data }: MessageEvent<WorkerRequest>) => {
  if (data.kind === 'read') void read(data);
  if (data.kind === 'push') void send(data);
  if (data.kind === 'stop') uploads.get(data.uploadId)?.stop.abort();
  if (data.kind === 'forget') forget(data.fileId);
});

async function read(request: WorkerRequest & { kind: 'read' }): Promise<void> {
  const { fileId, file, maxBytes } = request;
  const stop = new AbortController();
  files.set(fileId, { images: [], stop });
  try {
    const { images } = await readArchive(blobSource(file), { runtime: webRuntime, maxBytes });
    if (stop.signal.aborted) return;
    files.set(fileId, { images, stop });
    report({ kind: 'contents', fileId, images: images.map(summarize) });
  } catch (error) {
    if (stop.signal.aborted) return;
    report({ kind: 'unreadable', fileId, failure: toFailure(error) });
  }
}

async function send(request: WorkerRequest & { kind: 'push' }): Promise<void> {
  const { uploadId, fileId, imageId, to, state } = request;
  const image = files.get(fileId)?.images.find(({ id }) => id === imageId);
  if (!image) return;
  const stop = new AbortController();
  uploads.set(uploadId, { fileId, stop });
  try {
    const plan = planPush(image, { repository: `${to.workspace}/${to.image}`, tags: to.tags });
    await pushImage(plan, openRegistry(to), {
      runtime: webRuntime,
      signal: stop.signal,
      ...(state ? { state } : {}),
      onState: (now) => report({ kind: 'state', uploadId, state: now }),
      onProgress: progressReporter(uploadId),
    });
    report({ kind: 'pushed', uploadId });
  } catch (error) {
    if (stop.signal.aborted) report({ kind: 'stopped', uploadId });
    else report({ kind: 'failed', uploadId, failure: toFailure(error) });
  } finally {
    uploads.delete(uploadId);
  }
}

function forget(fileId: string): void {
  files.get(fileId)?.stop.abort();
  files.delete(fileId);
  for (const upload of uploads.values()) if (upload.fileId === fileId) upload.stop.abort();
}

/** Throttles reports of progress; the end of a blob is reported at once. */
function progressReporter(uploadId: string): (progress: PushProgress) => void {
  const blobs: Record<string, BlobProgress> = {};
  let last = 0;
  return ({ blob, phase, done, totalDone }) => {
    blobs[blobKey(blob)] = { phase, done };
    const isEnd = phase !== 'sending' && phase !== 'checking';
    if (!isEnd && performance.now() - last < PACE) return;
    last = performance.now();
    report({ kind: 'progress', uploadId, blobs: { ...blobs }, done: totalDone });
  };
}

function summarize(image: ArchiveImage): ImageSummary {
  const { id, names, platforms, missingPlatforms, layers, referrers, size } = image;
  const shown = layers.map((layer) => ({ key: blobKey(layer), size: layer.size }));
  return { id, names, platforms, missingPlatforms, layers: shown, referrers, size };
}

function toFailure(error: unknown): UploadFailure {
  if (error instanceof ArchiveError) {
    return { of: 'archive', code: error.code, detail: error.detail };
  }
  if (error instanceof ApiError) return { of: 'api', code: error.code, message: error.message };
  // All else comes from the browser: the file was changed, moved or deleted.
  console.error(error);
  return { of: 'file' };
}
