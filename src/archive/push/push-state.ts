import type { Digest } from '../../domain/digest.ts';
import type { PushedBlob } from './pushed-layers.ts';

/** An upload that can be continued. */
export interface UnfinishedUpload {
  /** As the registry answered it last. */
  readonly location: string;
  /** Bytes the registry had by then; it is asked again. */
  readonly offset: number;
}

/**
 * What a push has done so far: plain JSON, to be kept by whoever may want to go on with it.
 * It belongs to one repository and serves any archive. Locations are secrets: who has one can
 * write to that upload until it ends.
 */
export interface PushState {
  /** By the digest of the blob, or of what it unpacks to. */
  readonly uploads: Readonly<Record<string, UnfinishedUpload>>;
  /** What plain layers became, by the digest of the plain one. */
  readonly layers: Readonly<Record<string, PushedBlob>>;
}

export const EMPTY_STATE: PushState = { uploads: {}, layers: {} };

/** Layers that are remembered of a repository: the ones that came last. */
const MAX_LAYERS = 1000;

/** Keeps the state while several blobs are on their way. */
export class PushStateTracker {
  readonly #onChange: (state: PushState) => void;
  #state: PushState;

  constructor(state: PushState, onChange: (state: PushState) => void) {
    this.#state = state;
    this.#onChange = onChange;
  }

  findUpload(key: Digest): UnfinishedUpload | undefined {
    return this.#state.uploads[key];
  }

  findLayer(diffId: Digest): PushedBlob | undefined {
    return this.#state.layers[diffId];
  }

  /** The registry has so much of a blob. */
  saveUpload(key: Digest, { location, offset }: UnfinishedUpload): void {
    const uploads = { ...this.#state.uploads, [key]: { location, offset } };
    this.#set({ ...this.#state, uploads });
  }

  /** The upload has ended, well or not. */
  removeUpload(key: Digest): void {
    if (!this.#state.uploads[key]) return;
    const { [key]: _, ...uploads } = this.#state.uploads;
    this.#set({ ...this.#state, uploads });
  }

  /** A plain layer is in the registry as this. */
  saveLayer(diffId: Digest, pushed: PushedBlob): void {
    const layers = Object.entries({ ...this.#state.layers, [diffId]: pushed });
    this.#set({ ...this.#state, layers: Object.fromEntries(layers.slice(-MAX_LAYERS)) });
  }

  #set(state: PushState): void {
    this.#state = state;
    this.#onChange(state);
  }
}
