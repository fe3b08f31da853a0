import type { Digest } from '../../domain/digest.ts';
import { type ArchiveBlob, blobKey, type StoredManifest } from '../images.ts';
import type { ArchiveRuntime } from '../runtime.ts';
import { composeManifest } from './compose-manifest.ts';
import type { PushPlan } from './plan.ts';
import { type BlobPhase, type PushContext, pushBlob } from './push-blob.ts';
import { EMPTY_STATE, type PushState, PushStateTracker } from './push-state.ts';
import { findPushedLayers, type PushedBlob } from './pushed-layers.ts';
import { RemoteRepository } from './remote-repository.ts';
import { DEFAULT_RETRY, type RetryPolicy } from './retry.ts';
import type { Send } from './send.ts';

/** Two of the parts our registry keeps, so that none is left half full between two chunks. */
export const DEFAULT_CHUNK_BYTES = 12 * 1024 * 1024;

/** Blobs on their way at once. */
export const DEFAULT_PARALLEL = 3;

export interface PushOptions {
  readonly runtime: ArchiveRuntime;
  /** Bytes of one request; as many are held in memory for each blob on its way. */
  readonly chunkBytes?: number;
  /** Of a packed archive always one. */
  readonly parallel?: number;
  readonly retry?: RetryPolicy;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: PushProgress) => void;
  /** Where an earlier push to this repository ended. */
  readonly state?: PushState;
  /** Told of every change; what was told last is where to go on after a crash. */
  readonly onState?: (state: PushState) => void;
}

/** One blob has come further. All numbers are bytes as they lie in the archive. */
export interface PushProgress {
  readonly blob: ArchiveBlob;
  readonly phase: BlobPhase;
  /** Of this blob. */
  readonly done: number;
  /** Of all blobs. */
  readonly totalDone: number;
  readonly total: number;
}

/** What the registry has now. */
export interface PushResult {
  /** Of the manifest the tag points at. */
  readonly digest: Digest;
  readonly mediaType: string;
  /** Blobs that were sent, and those the registry had. */
  readonly sent: number;
  readonly present: number;
}

/**
 * Pushes an image: blobs first, then its manifests, and the tag last, so that nothing is
 * published of what fails before.
 * @throws ArchiveError; the signal's reason. The state goes on from there
 */
export async function pushImage(
  plan: PushPlan,
  send: Send,
  options: PushOptions,
): Promise<PushResult> {
  const { runtime, retry = DEFAULT_RETRY, state = EMPTY_STATE } = options;
  const stop = new AbortController();
  const signal = AbortSignal.any([stop.signal, ...(options.signal ? [options.signal] : [])]);
  const repository = new RemoteRepository(plan.repository, send, retry, signal);
  signal.throwIfAborted();
  const meter = new ProgressMeter(plan, options.onProgress);
  const context: PushContext = {
    repository,
    runtime,
    chunkBytes: options.chunkBytes ?? DEFAULT_CHUNK_BYTES,
    state: new PushStateTracker(state, options.onState ?? (() => {})),
    known: await findKnownLayers(plan, repository),
    report: (blob, phase, done) => meter.report(blob, phase, done),
  };
  const pushed = await pushBlobs(plan, context, options.parallel ?? DEFAULT_PARALLEL, stop);
  const root = await pushManifests(plan, context, pushed);
  return { digest: root.digest, mediaType: root.mediaType, ...meter.counts() };
}

/** Only plain layers are worth the questions. */
async function findKnownLayers(plan: PushPlan, repository: RemoteRepository) {
  if (plan.image.recipe.kind === 'stored') return new Map<Digest, PushedBlob>();
  return await findPushedLayers(repository, plan.tag);
}

/** Several at once; the first failure ends all, and is the one that is told. */
async function pushBlobs(
  plan: PushPlan,
  context: PushContext,
  parallel: number,
  stop: AbortController,
): Promise<Map<Digest, PushedBlob>> {
  const queue = [...plan.blobs];
  const pushed = new Map<Digest, PushedBlob>();
  const isSeekable = plan.blobs.every(({ content }) => content.seekable);
  const work = async () => {
    for (let blob = queue.shift(); blob; blob = queue.shift()) {
      pushed.set(blobKey(blob), await pushBlob(context, blob));
    }
  };
  const workers = Array.from({ length: isSeekable ? parallel : 1 }, work);
  await Promise.all(workers).catch(async (error) => {
    stop.abort(error);
    await Promise.allSettled(workers);
    throw error;
  });
  return pushed;
}

async function pushManifests(
  { tag, image: { recipe } }: PushPlan,
  { repository, runtime }: PushContext,
  pushed: ReadonlyMap<Digest, PushedBlob>,
): Promise<StoredManifest> {
  const find = (blob: ArchiveBlob) => pushed.get(blobKey(blob)) as PushedBlob;
  const manifests =
    recipe.kind === 'stored'
      ? [...recipe.manifests]
      : [await composeManifest(find(recipe.config), recipe.layers.map(find), runtime)];
  const root = manifests.pop() as StoredManifest;
  for (const manifest of manifests) await repository.putManifest(manifest.digest, manifest);
  await repository.putManifest(tag, root);
  return root;
}

/** Adds up how far every blob has come. */
class ProgressMeter {
  readonly #total: number;
  readonly #onProgress: (progress: PushProgress) => void;
  readonly #blobs = new Map<Digest, { phase: BlobPhase; done: number }>();

  constructor(plan: PushPlan, onProgress: (progress: PushProgress) => void = () => {}) {
    this.#total = plan.totalBytes;
    this.#onProgress = onProgress;
  }

  report(blob: ArchiveBlob, phase: BlobPhase, done: number): void {
    this.#blobs.set(blobKey(blob), { phase, done });
    const totalDone = [...this.#blobs.values()].reduce((sum, one) => sum + one.done, 0);
    this.#onProgress({ blob, phase, done, totalDone, total: this.#total });
  }

  counts(): { sent: number; present: number } {
    const phases = [...this.#blobs.values()].map(({ phase }) => phase);
    const sent = phases.filter((phase) => phase === 'sent').length;
    return { sent, present: phases.length - sent };
  }
}
