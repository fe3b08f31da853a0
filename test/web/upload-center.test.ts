import { afterAll, beforeEach, expect, test, vi } from 'vitest';
import type { ImageSummary, WorkerReport, WorkerRequest } from '../../web/upload/protocol.ts';

/** Stands in for the worker: records what it is asked, and reports what a test wants. */
class WorkerStub extends EventTarget {
  static asked: WorkerRequest[] = [];
  static current: WorkerStub;
  constructor() {
    super();
    WorkerStub.current = this;
  }
  postMessage(request: WorkerRequest) {
    WorkerStub.asked.push(request);
  }
  terminate() {}
  static report(data: WorkerReport) {
    WorkerStub.current.dispatchEvent(new MessageEvent('message', { data }));
  }
}

vi.stubGlobal('Worker', WorkerStub);
vi.stubGlobal('localStorage', { getItem: () => null, setItem: () => {}, removeItem: () => {} });
vi.stubGlobal('addEventListener', () => {});
vi.stubGlobal('removeEventListener', () => {});
afterAll(() => vi.unstubAllGlobals());
const { uploads } = await import('../../web/upload/upload-center.ts');

const image: ImageSummary = {
  ...{ id: 'sha256:1', names: ['team/api:v1'], platforms: [], missingPlatforms: [] },
  ...{ layers: [], referrers: 0, size: 10 },
};

const asked = <Kind extends WorkerRequest['kind']>(kind: Kind) =>
  WorkerStub.asked.filter((one): one is WorkerRequest & { kind: Kind } => one.kind === kind);
const images = () => uploads.snapshot().flatMap((file) => file.images);
const states = () => images().map(({ status, done }) => [status, done]);

beforeEach(() => {
  for (const { id } of uploads.snapshot()) uploads.remove(id);
  WorkerStub.asked = [];
  uploads.add([new File(['a'], 'a.tar'), new File(['a'], 'b.tar')], 100);
  for (const { fileId } of asked('read')) {
    WorkerStub.report({ kind: 'contents', fileId, images: [image] });
  }
});

test('the same image in two files is two uploads, each with its own name and progress', () => {
  const arrived: string[] = [];
  uploads.onPushed(({ tags }) => arrived.push(...tags));
  const [first = '', second = ''] = images().map(({ id }) => id);
  uploads.edit(second, { tags: 'v2, latest' });
  expect(images().map(({ tags }) => tags)).toEqual(['v1', 'v2, latest']);

  uploads.start('library');
  WorkerStub.report({ kind: 'progress', uploadId: first, blobs: {}, done: 4 });
  expect(states()).toEqual([
    ['sending', 4],
    ['waiting', 0],
  ]);
  WorkerStub.report({ kind: 'pushed', uploadId: first });
  WorkerStub.report({ kind: 'failed', uploadId: second, failure: { of: 'file' } });
  expect(states()).toEqual([
    ['pushed', 4],
    ['failed', 0],
  ]);
  expect(asked('push').map(({ uploadId, to }) => [uploadId, to.tags])).toEqual([
    [first, ['v1']],
    [second, ['v2', 'latest']],
  ]);
  expect(arrived).toEqual(['v1']);
});

test('a paused upload ignores late reports of its blobs, and continues under the same id', () => {
  uploads.start('library');
  uploads.pause();
  const [stop] = asked('stop');
  const uploadId = images()[0]?.id ?? '';
  expect(stop).toEqual({ kind: 'stop', uploadId });
  WorkerStub.report({ kind: 'stopped', uploadId });
  WorkerStub.report({ kind: 'progress', uploadId, blobs: {}, done: 9 });
  expect(states()).toEqual([
    ['paused', 0],
    ['paused', 0],
  ]);
  uploads.start('library');
  expect(asked('push').map((one) => one.uploadId)).toEqual([uploadId, uploadId]);
});
