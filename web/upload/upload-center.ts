import { Pace } from './pace.ts';
import type { Answer, Destination, Request } from './protocol.ts';
import { dropState, keyOf, loadState, pruneStates, saveState } from './resume-store.ts';
import { suggestName } from './suggest-name.ts';
import { type FileUpload, type ImageEdit, type ImageUpload, isBusy } from './upload-state.ts';

/**
 * Everything that is being uploaded, independent of the dialog that shows it: that may be closed
 * meanwhile. Images go one after another; the blobs of one go several at once.
 */
class UploadCenter {
  #files: readonly FileUpload[] = [];
  #worker: Worker | null = null;
  readonly #listeners = new Set<() => void>();
  /** Of the image that is being sent. */
  #pace = new Pace();
  #pushedListener: (to: Destination) => void = () => {};

  readonly subscribe = (listener: () => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
  readonly snapshot = () => this.#files;

  /** Calls `listener` with every image that has arrived. */
  onPushed(listener: (to: Destination) => void): void {
    this.#pushedListener = listener;
  }

  /** Begins to read files; larger ones than `maxBytes` are refused. */
  add(chosen: readonly File[], maxBytes: number): void {
    pruneStates();
    const added = chosen.map((file) => ({ ...NEW_FILE, id: crypto.randomUUID(), file }));
    this.#set([...this.#files, ...added]);
    for (const { id, file } of added) this.#ask({ kind: 'read', job: id, file, maxBytes });
  }

  /** Takes a file out; what it was doing stops. */
  remove(id: string): void {
    this.#ask({ kind: 'forget', job: id });
    this.#set(this.#files.filter((one) => one.id !== id));
    if (this.#files.length === 0) this.#close();
  }

  /** Takes out everything that is not on its way. */
  clear(): void {
    for (const file of this.#files) if (!isBusy([file])) this.remove(file.id);
  }

  /** Changes what an image will be called, or whether it is sent. */
  edit(id: string, imageId: string, change: ImageEdit): void {
    this.#change(id, imageId, change);
  }

  /** Sends the chosen images to a workspace, or goes on with those that were stopped. */
  start(workspace: string): void {
    for (const file of this.#files) {
      for (const { summary, isChosen, status, image, tag } of file.images) {
        if (!isChosen || status === 'pushed' || status === 'sending') continue;
        const to = { workspace, image, tag };
        this.#change(file.id, summary.id, { status: 'waiting', failure: null, to });
      }
    }
    this.#goOn();
  }

  /** Stops everything; what the registry has by then stays there for a day. */
  pause(): void {
    for (const file of this.#files) {
      for (const { summary, status, to } of file.images) {
        if (status === 'waiting' && to) this.#change(file.id, summary.id, { status: 'paused' });
        if (status === 'sending') this.#ask({ kind: 'stop', job: file.id });
      }
    }
  }

  #goOn(): void {
    if (isBusy(this.#files)) return;
    for (const file of this.#files) {
      const next = file.images.find(({ status, to }) => status === 'waiting' && to);
      if (!next?.to) continue;
      this.#send(file, next.summary.id, next.to);
      return;
    }
  }

  #send(file: FileUpload, imageId: string, to: Destination): void {
    const state = loadState(keyOf(file.file, imageId, to));
    this.#pace = new Pace();
    this.#change(file.id, imageId, { status: 'sending' });
    this.#ask({ kind: 'push', job: file.id, imageId, to, state });
  }

  #ask(request: Request): void {
    this.#worker ??= this.#open();
    this.#worker.postMessage(request);
  }

  #open(): Worker {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
    worker.addEventListener('message', ({ data }: MessageEvent<Answer>) => this.#hear(data));
    addEventListener('beforeunload', this.#warn);
    return worker;
  }

  #close(): void {
    this.#worker?.terminate();
    this.#worker = null;
    removeEventListener('beforeunload', this.#warn);
  }

  readonly #warn = (event: BeforeUnloadEvent) => {
    if (isBusy(this.#files)) event.preventDefault();
  };

  #hear(answer: Answer): void {
    const file = this.#files.find(({ id }) => id === answer.job);
    if (!file) return;
    const sending = file.images.find(({ status }) => status === 'sending');
    if (file.status === 'reading') this.#hearOfReading(file, answer);
    else if (sending?.to) this.#hearOfSending(file, sending.summary.id, sending.to, answer);
  }

  #hearOfReading(file: FileUpload, answer: Answer): void {
    if (answer.kind === 'failed') {
      this.#put({ ...file, status: 'failed', failure: answer.failure });
    }
    if (answer.kind !== 'contents') return;
    const images = answer.images.map((summary) => ({
      ...NEW_IMAGE,
      ...suggestName(summary.names, file.file.name),
      summary,
    }));
    this.#put({ ...file, status: 'read', images });
  }

  #hearOfSending(file: FileUpload, imageId: string, to: Destination, answer: Answer): void {
    const key = keyOf(file.file, imageId, to);
    const change = (what: Partial<ImageUpload>) => this.#change(file.id, imageId, what);
    if (answer.kind === 'state') saveState(key, answer.state);
    if (answer.kind === 'progress') {
      const { blobs, done } = answer;
      this.#pace.note(done, performance.now());
      change({ blobs, done, perSecond: this.#pace.perSecond });
    }
    if (answer.kind === 'stopped') change({ status: 'paused' });
    if (answer.kind === 'failed') change({ status: 'failed', failure: answer.failure });
    if (answer.kind === 'pushed') {
      dropState(key);
      change({ status: 'pushed' });
      this.#pushedListener(to);
    }
    if (answer.kind === 'pushed' || answer.kind === 'failed') this.#goOn();
  }

  #change(id: string, imageId: string, change: Partial<ImageUpload>): void {
    const file = this.#files.find((one) => one.id === id);
    if (!file) return;
    const images = file.images.map((one) =>
      one.summary.id === imageId ? { ...one, ...change } : one,
    );
    this.#put({ ...file, images });
  }

  #put(file: FileUpload): void {
    this.#set(this.#files.map((one) => (one.id === file.id ? file : one)));
  }

  #set(files: readonly FileUpload[]): void {
    this.#files = files;
    for (const listener of this.#listeners) listener();
  }
}

const NEW_FILE = { status: 'reading', failure: null, images: [] } as const;
const NEW_IMAGE = {
  isChosen: true,
  status: 'waiting',
  blobs: {},
  done: 0,
  perSecond: null,
  failure: null,
  to: null,
} as const;

export const uploads = new UploadCenter();
