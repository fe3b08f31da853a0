import { Pace } from './pace.ts';
import type {
  Destination,
  FileReport,
  UploadReport,
  WorkerReport,
  WorkerRequest,
} from './protocol.ts';
import { dropState, keyOf, loadState, pruneStates, saveState } from './resume-store.ts';
import { splitTags, suggestNames } from './suggest-name.ts';
import { type FileUpload, type ImageEdit, type ImageUpload, isBusy } from './upload-state.ts';

/**
 * All uploads, independent of the dialog that shows them, which may be closed. Images are sent one
 * after another; several blobs of an image are sent at once.
 */
class UploadCenter {
  #files: readonly FileUpload[] = [];
  #worker: Worker | null = null;
  readonly #listeners = new Set<() => void>();
  /** The rate of the upload that is being sent. */
  #pace = new Pace();
  #pushedListener: (to: Destination) => void = () => {};

  readonly subscribe = (listener: () => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
  readonly snapshot = () => this.#files;

  /** Sets the listener that is called with every image that has arrived. */
  onPushed(listener: (to: Destination) => void): void {
    this.#pushedListener = listener;
  }

  /** Starts to read files; files larger than `maxBytes` are refused. */
  add(chosen: readonly File[], maxBytes: number): void {
    pruneStates();
    const added = chosen.map((file) => ({ ...NEW_FILE, id: crypto.randomUUID(), file }));
    this.#set([...this.#files, ...added]);
    for (const { id, file } of added) this.#post({ kind: 'read', fileId: id, file, maxBytes });
  }

  /** Removes a file and stops its uploads. */
  remove(fileId: string): void {
    this.#post({ kind: 'forget', fileId });
    this.#set(this.#files.filter(({ id }) => id !== fileId));
    if (this.#files.length === 0) this.#close();
  }

  /** Removes every file that is not being uploaded. */
  clear(): void {
    for (const file of this.#files) if (!isBusy([file])) this.remove(file.id);
  }

  /** Changes the name of an upload, or whether it is sent. */
  edit(uploadId: string, change: ImageEdit): void {
    this.#change(uploadId, change);
  }

  /** Sends the chosen images to a workspace, or continues those that were stopped. */
  start(workspace: string): void {
    for (const { id, isChosen, status, image, tags } of this.#images()) {
      if (!isChosen || status === 'pushed' || status === 'sending') continue;
      const to = { workspace, image, tags: splitTags(tags) };
      this.#change(id, { status: 'waiting', failure: null, to });
    }
    this.#sendNext();
  }

  /** Pauses all uploads; what the registry has received stays there for a day. */
  pause(): void {
    for (const { id, status, to } of this.#images()) {
      if (status === 'waiting' && to) this.#change(id, { status: 'paused' });
      if (status === 'sending') this.#post({ kind: 'stop', uploadId: id });
    }
  }

  #images(): readonly ImageUpload[] {
    return this.#files.flatMap(({ images }) => images);
  }

  #sendNext(): void {
    if (isBusy(this.#files)) return;
    for (const file of this.#files) {
      const next = file.images.find(({ status, to }) => status === 'waiting' && to);
      if (!next?.to) continue;
      this.#send(file, next, next.to);
      return;
    }
  }

  #send(file: FileUpload, { id, summary }: ImageUpload, to: Destination): void {
    const state = loadState(keyOf(file.file, summary.id, to));
    this.#pace = new Pace();
    this.#change(id, { status: 'sending' });
    const image = { fileId: file.id, imageId: summary.id };
    this.#post({ kind: 'push', uploadId: id, ...image, to, state });
  }

  #post(request: WorkerRequest): void {
    this.#worker ??= this.#open();
    this.#worker.postMessage(request);
  }

  #open(): Worker {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
    worker.addEventListener('message', ({ data }: MessageEvent<WorkerReport>) => {
      if ('fileId' in data) this.#onFileReport(data);
      else this.#onUploadReport(data);
    });
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

  #onFileReport(report: FileReport): void {
    const file = this.#files.find(({ id }) => id === report.fileId);
    if (!file) return;
    if (report.kind === 'unreadable') {
      this.#put({ ...file, status: 'failed', failure: report.failure });
      return;
    }
    const images = report.images.flatMap((summary) =>
      suggestNames(summary.names, file.file.name).map(({ names, ...suggested }) => ({
        ...NEW_IMAGE,
        ...suggested,
        id: crypto.randomUUID(),
        summary: { ...summary, names },
      })),
    );
    this.#put({ ...file, status: 'read', images });
  }

  #onUploadReport(report: UploadReport): void {
    const { uploadId } = report;
    const file = this.#files.find(({ images }) => images.some(({ id }) => id === uploadId));
    const image = file?.images.find(({ id }) => id === uploadId);
    // Blobs that were being sent may report after the upload has stopped.
    if (!file || image?.status !== 'sending' || !image.to) return;
    const key = keyOf(file.file, image.summary.id, image.to);
    if (report.kind === 'state') saveState(key, report.state);
    if (report.kind === 'progress') {
      const { blobs, done } = report;
      this.#pace.note(done, performance.now());
      this.#change(uploadId, { blobs, done, perSecond: this.#pace.perSecond });
    }
    if (report.kind === 'stopped') this.#change(uploadId, { status: 'paused' });
    if (report.kind === 'failed') {
      this.#change(uploadId, { status: 'failed', failure: report.failure });
    }
    if (report.kind === 'pushed') {
      dropState(key);
      this.#change(uploadId, { status: 'pushed' });
      this.#pushedListener(image.to);
    }
    if (report.kind === 'pushed' || report.kind === 'failed') this.#sendNext();
  }

  #change(uploadId: string, change: Partial<ImageUpload>): void {
    const file = this.#files.find(({ images }) => images.some(({ id }) => id === uploadId));
    if (!file) return;
    const images = file.images.map((one) => (one.id === uploadId ? { ...one, ...change } : one));
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
