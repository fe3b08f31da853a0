import { beforeEach, expect, test, vi } from 'vitest';
import { reconcileBucket } from '../../src/maintenance/reconcile.ts';
import { scrubContent } from '../../src/maintenance/scrub.ts';
import { openServices } from '../../src/services.ts';
import {
  type Caller,
  call,
  expectAnswer,
  expectProblem,
  makeAdmin,
} from '../support/worker/api-client.ts';
import { freshBytes } from '../support/worker/content.ts';
import { bindings, query } from '../support/worker/database.ts';
import { pushBlob } from '../support/worker/push.ts';
import { emptyStorage, flipBit, loseObject, watchLog } from '../support/worker/storage.ts';

const services = openServices(bindings);

interface Integrity {
  readonly damaged: { items: { digest: string }[]; next: string | null };
  readonly scrub: Record<string, unknown>;
  readonly reconciliation: Record<string, unknown>;
}

let admin: Caller;

beforeEach(async () => {
  vi.restoreAllMocks();
  watchLog();
  await emptyStorage();
  admin ??= await makeAdmin();
});

const read = async (rest = '') =>
  expectAnswer(await call<Integrity>(admin, 'GET', `/integrity${rest}`), 200);

test('before the first checks everything is empty', async () => {
  expect(await read()).toEqual({
    damaged: { items: [], next: null },
    scrub: {
      progress: 0,
      bytesToday: 0,
      bytesPerDay: 50 * 1024 ** 3,
      round: null,
      lastRound: null,
    },
    reconciliation: { position: null, round: null, lastRound: null },
  });
});

test('damaged content is listed with its images and the time it was found', async () => {
  const bytes = freshBytes(100);
  const digest = await pushBlob('library/first', bytes);
  await pushBlob('library/second', bytes);
  const lost = await pushBlob('library/first', freshBytes(100));
  await flipBit(digest);
  await loseObject(lost);
  const now = Date.now();
  await reconcileBucket(services, now);
  await scrubContent(services, now + 1000);
  const at = (ms: number) => new Date(ms).toISOString();
  const found = await read();
  const fixed = { kind: 'blob', size: 100 };
  expect(found.damaged).toEqual({
    items: [
      { ...fixed, digest: lost, imageCount: 1, images: ['library/first'], damagedAt: at(now) },
      {
        ...fixed,
        digest,
        imageCount: 2,
        images: ['library/first', 'library/second'],
        damagedAt: at(now + 1000),
      },
    ],
    next: null,
  });
  // What is damaged already is read again, since it may be right after all.
  const round = { startedAt: at(now + 1000), objects: 2, bytes: 200, damaged: 1, skipped: 0 };
  expect(found.scrub).toMatchObject({
    progress: 1,
    bytesToday: 200,
    round,
    lastRound: { ...round, endedAt: at(now + 1000) },
  });
  expect(found.reconciliation).toMatchObject({
    position: null,
    lastRound: { objects: 2, missing: 1, orphans: 0, foreign: 0, endedAt: at(now) },
  });
});

test('damages found at the same time are paged without repeats, with at most ten image names', async () => {
  const bytes = freshBytes(100);
  const shared = await pushBlob('library/many-0', bytes);
  for (let n = 1; n < 12; n++) await pushBlob(`library/many-${n}`, bytes);
  const digests = [shared];
  for (let n = 0; n < 6; n++) digests.push(await pushBlob('library/many-0', freshBytes(10)));
  await query('UPDATE blobs SET damaged_at = 5');
  const seen = [];
  let cursor = '';
  do {
    const { damaged } = await read(`?limit=3${cursor}`);
    seen.push(...damaged.items);
    cursor = damaged.next === null ? '' : `&cursor=${damaged.next}`;
  } while (cursor !== '');
  expect(seen.map(({ digest }) => digest)).toEqual(digests.sort());
  const one = seen.find(({ digest }) => digest === shared);
  expect(one).toMatchObject({ imageCount: 12, images: { length: 10 } });
  expectProblem(await call(admin, 'GET', '/integrity?cursor=x'), 400, 'field-invalid');
});
