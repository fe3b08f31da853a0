import type { Digest } from '../../domain/digest.ts';
import type { ForeignLayer } from '../../domain/docker-archive.ts';
import { type ArchiveBlob, blobKey, isForeign, type StoredManifest } from '../images.ts';
import type { ArchiveRuntime } from '../runtime.ts';
import { composeManifest } from './compose-manifest.ts';
import type { PushPlan } from './plan.ts';
import { type BlobPhase, type PushContext, pushBlob } from './push-blob.ts';
import { EMPTY_STATE, type PushState, PushStateTracker } from './push-state.ts';
import { findPushedLayers, type PushedBlob } from './pushed-layers.ts';
import { RemoteRepository } from './remote-repository.ts';
import { DEFAULT_RETRY, type RetryPolicy } from './retry.ts';
import type { Send } from './send.ts';

/** Two parts of our registry, so that no part is left half full between two chunks. */
export const DEFAULT_CHUNK_BYTES = 12 * 1024 * 1024;

/** Blobs that are pushed at once. */
export const DEFAULT_PARALLEL = 3;

export interface PushOptions {
  readonly runtime: ArchiveRuntime;
  /** Bytes of one request; each blob being pushed holds as many in memory. */
  readonly chunkBytes?: number;
  /** Ignored for a compressed archive, whose blobs are pushed one by one. */
  readonly parallel?: number;
  readonly retry?: RetryPolicy;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: PushProgress) => void;
  /** The last state of an earlier push to this repository. */
  readonly state?: PushState;
  /** Called on every change, with the state to resume from. */
  readonly onState?: (state: PushState) => void;
}

/** Progress of one blob. All numbers are bytes in the archive. */
export interface PushProgress {
  readonly blob: ArchiveBlob;
  readonly phase: BlobPhase;
  /** Of this blob. */
  readonly done: number;
  /** Of all blobs. */
  readonly totalDone: number;
  readonly total: number;
}

/** What was pushed. */
export interface PushResult {
  /** Digest of the tagged manifest. */
  readonly digest: Digest;
  readonly mediaType: string;
  /** Number of blobs that were sent, and that the registry had. */
  readonly sent: number;
  readonly present: number;
}

/**
 * Pushes an image: blobs first, then manifests, the tags last, so that a failed push publishes
 * nothing. After a failure, `onState` has the state to resume from.
 * @throws ArchiveError; the signal's reason
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

/** Only uncompressed layers are looked up. */
async function findKnownLayers(plan: PushPlan, repository: RemoteRepository) {
  if (plan.image.recipe.kind === 'stored') return new Map<Digest, PushedBlob>();
  return await findPushedLayers(repository, plan.tags[0] ?? '');
}

/** Pushes several blobs at once. The first failure stops the others and is thrown. */
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
  { tags, image: { recipe } }: PushPlan,
  { repository, runtime }: PushContext,
  pushed: ReadonlyMap<Digest, PushedBlob>,
): Promise<StoredManifest> {
  const find = (blob: ArchiveBlob) => pushed.get(blobKey(blob)) as PushedBlob;
  const layerOf = (layer: ArchiveBlob | ForeignLayer) => (isForeign(layer) ? layer : find(layer));
  const manifests =
    recipe.kind === 'stored'
      ? [...recipe.manifests]
      : [await composeManifest(find(recipe.config), recipe.layers.map(layerOf), runtime)];
  const root = manifests.pop() as StoredManifest;
  for (const manifest of manifests) await repository.putManifest(manifest.digest, manifest);
  await repository.putTaggedManifest(tags, root);
  return root;
}

/** Adds up the progress of all blobs. */
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
