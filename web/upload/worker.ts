/**
 * The archive engine in a thread of its own, so that reading and hashing gigabytes leaves the
 * page free.
 */
import { ArchiveError } from '../../src/archive/errors.ts';
import { type ArchiveImage, blobKey } from '../../src/archive/images.ts';
import { planPush } from '../../src/archive/push/plan.ts';
import { type PushProgress, pushImage } from '../../src/archive/push/push.ts';
import { readArchive } from '../../src/archive/read/read-archive.ts';
import { blobSource } from '../../src/archive/source.ts';
import { webRuntime } from '../../src/archive/web-runtime.ts';
import { ApiError } from '../api/error.ts';
import type { Answer, BlobProgress, Failure, ImageSummary, Request } from './protocol.ts';
import { openRegistry } from './registry.ts';

interface Job {
  readonly images: readonly ArchiveImage[];
  stop: AbortController;
}

const jobs = new Map<string, Job>();

/** How often the page hears of progress at most, in ms. */
const PACE = 100;

const tell = (answer: Answer) => self.postMessage(answer);

self.addEventListener('message', ({ data }: MessageEvent<Request>) => {
  if (data.kind === 'read' || data.kind === 'push') void work(data);
  else jobs.get(data.job)?.stop.abort();
  if (data.kind === 'forget') jobs.delete(data.job);
});

async function work(request: Request & { kind: 'read' | 'push' }): Promise<void> {
  const { job } = request;
  try {
    await (request.kind === 'read' ? read(request) : send(request));
  } catch (error) {
    const isStopped = jobs.get(job)?.stop.signal.aborted;
    tell(isStopped ? { kind: 'stopped', job } : { kind: 'failed', job, failure: describe(error) });
  }
}

async function read({ job, file, maxBytes }: Request & { kind: 'read' }): Promise<void> {
  const stop = new AbortController();
  jobs.set(job, { images: [], stop });
  const { images } = await readArchive(blobSource(file), { runtime: webRuntime, maxBytes });
  // Forgotten meanwhile: nobody waits for it.
  if (stop.signal.aborted) return;
  jobs.set(job, { images, stop });
  tell({ kind: 'contents', job, images: images.map(summarize) });
}

async function send({ job, imageId, to, state }: Request & { kind: 'push' }): Promise<void> {
  const held = jobs.get(job);
  const image = held?.images.find(({ id }) => id === imageId);
  if (!held || !image) return;
  held.stop = new AbortController();
  const plan = planPush(image, { repository: `${to.workspace}/${to.image}`, tag: to.tag });
  const { digest } = await pushImage(plan, openRegistry(to), {
    runtime: webRuntime,
    signal: held.stop.signal,
    ...(state ? { state } : {}),
    onState: (now) => tell({ kind: 'state', job, imageId, state: now }),
    onProgress: reporter(job, imageId),
  });
  tell({ kind: 'pushed', job, imageId, digest });
}

/** Gathers what comes many times a second into a message now and then; ends are told at once. */
function reporter(job: string, imageId: string): (progress: PushProgress) => void {
  const blobs: Record<string, BlobProgress> = {};
  let last = 0;
  return ({ blob, phase, done, totalDone, total }) => {
    blobs[blobKey(blob)] = { phase, done };
    const isEnd = phase !== 'sending' && phase !== 'checking';
    if (!isEnd && performance.now() - last < PACE) return;
    last = performance.now();
    tell({ kind: 'progress', job, imageId, blobs: { ...blobs }, done: totalDone, total });
  };
}

function summarize(image: ArchiveImage): ImageSummary {
  const { id, names, platforms, missingPlatforms, layers, referrers, size } = image;
  const shown = layers.map((layer) => ({ key: blobKey(layer), size: layer.size }));
  return { id, names, platforms, missingPlatforms, layers: shown, referrers, size };
}

function describe(error: unknown): Failure {
  if (error instanceof ArchiveError) {
    return { of: 'archive', code: error.code, detail: error.detail };
  }
  if (error instanceof ApiError) return { of: 'api', code: error.code, message: error.message };
  // What is left comes from the browser: a file that was changed, moved or taken away.
  console.error(error);
  return { of: 'file' };
}
