import type { Digest } from '../../domain/digest.ts';
import type { PushedBlob } from './pushed-layers.ts';

/** An upload that can be continued. */
export interface UnfinishedUpload {
  /** From the registry's last response. */
  readonly location: string;
  /** Bytes the registry had then; a resumed push asks again. */
  readonly offset: number;
}

/**
 * What a push has done so far, as plain JSON: store it to resume the push later. It belongs to
 * one repository and is valid for any archive. Locations are secrets: whoever knows one can write
 * to that upload until it ends.
 */
export interface PushState {
  /** By blobKey. */
  readonly uploads: Readonly<Record<string, UnfinishedUpload>>;
  /** The blobs of uncompressed layers, by diffId. */
  readonly layers: Readonly<Record<string, PushedBlob>>;
}

export const EMPTY_STATE: PushState = { uploads: {}, layers: {} };

/** Layers that are kept for a repository; older ones are removed. */
const MAX_LAYERS = 1000;

/** Updates the state while several blobs are pushed. */
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

  /** Records how far an upload is. */
  saveUpload(key: Digest, { location, offset }: UnfinishedUpload): void {
    const uploads = { ...this.#state.uploads, [key]: { location, offset } };
    this.#set({ ...this.#state, uploads });
  }

  /** Removes an upload that has ended or is lost. */
  removeUpload(key: Digest): void {
    if (!this.#state.uploads[key]) return;
    const { [key]: _, ...uploads } = this.#state.uploads;
    this.#set({ ...this.#state, uploads });
  }

  /** Records the blob of an uncompressed layer. */
  saveLayer(diffId: Digest, pushed: PushedBlob): void {
    const layers = Object.entries({ ...this.#state.layers, [diffId]: pushed });
    this.#set({ ...this.#state, layers: Object.fromEntries(layers.slice(-MAX_LAYERS)) });
  }

  #set(state: PushState): void {
    this.#state = state;
    this.#onChange(state);
  }
}
