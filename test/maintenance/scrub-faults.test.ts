import { beforeEach, describe, expect, test, vi } from 'vitest';
import { readScrub, scrubContent } from '../../src/maintenance/scrub.ts';
import { openServices, type Services } from '../../src/services.ts';
import { freshBytes, unique } from '../support/worker/content.ts';
import { bindings, blobKey } from '../support/worker/database.ts';
import {
  bucketFailing,
  bucketWith,
  READ_FAULTS,
  type ReadFault,
} from '../support/worker/faulty-bucket.ts';
import { pushBlob, pushLargeManifest } from '../support/worker/push.ts';
import { ADMIN, send } from '../support/worker/registry-client.ts';
import { damagedDigests, emptyStorage, flipBit, watchLog } from '../support/worker/storage.ts';
import { expectBlob } from '../support/worker/uploads.ts';

const services = openServices(bindings);
const HOUR = 60 * 60 * 1000;
const DAY = 24 * HOUR;
const NOW = 20_000 * DAY;

const repository = `library/${unique('unreadable')}`;

beforeEach(async () => {
  vi.restoreAllMocks();
  // What cannot be read is read again at once; a write still has its minute.
  const wait = scheduler.wait.bind(scheduler);
  vi.spyOn(scheduler, 'wait').mockImplementation((ms, options) =>
    ms < 60_000 ? Promise.resolve() : wait(ms, options),
  );
  await emptyStorage();
});

const pushBlobs = async (count: number) => {
  const digests = [];
  for (let n = 0; n < count; n++) digests.push(await pushBlob(repository, freshBytes(100)));
  return digests.sort();
};

const state = async () => await readScrub(services);

describe('content that cannot be read', () => {
  test.each(Object.entries<ReadFault>(READ_FAULTS))(
    '%s: marked in the same slice as its neighbours are read, and repaired by a push',
    async (_, fault) => {
      const told = watchLog();
      const bytes = [1, 2, 3, 4].map(() => freshBytes(100));
      const digests = await Promise.all(bytes.map((each) => pushBlob(repository, each)));
      const [wrong = '', flipped = ''] = digests;
      await flipBit(flipped);
      const bucket = bucketFailing(await blobKey(wrong), fault);
      await scrubContent({ ...services, bucket }, NOW);
      expect(await damagedDigests()).toEqual([wrong, flipped].sort());
      expect(told().sort()).toEqual([wrong, flipped].sort());
      expect((await state())?.lastRound).toMatchObject({ objects: 4, damaged: 2, skipped: 0 });
      expect((await send(ADMIN, 'HEAD', `/v2/${repository}/blobs/${wrong}`)).status).toBe(404);
      await pushBlob(repository, bytes[0] ?? freshBytes());
      await expectBlob(repository, wrong, bytes[0] ?? freshBytes());
    },
  );

  test('for a moment only marks nothing', async () => {
    const [digest = ''] = await pushBlobs(2);
    const fault = READ_FAULTS['an error of R2'];
    const bucket = bucketFailing(await blobKey(digest), fault, 2);
    await scrubContent({ ...services, bucket }, NOW);
    expect(await damagedDigests()).toEqual([]);
    expect((await state())?.lastRound).toMatchObject({ objects: 2, damaged: 0 });
  });

  test('and is right in the next round loses its mark, and is served again', async () => {
    watchLog();
    const bytes = freshBytes(100);
    const digest = await pushBlob(repository, bytes);
    const { digest: large, key } = await pushLargeManifest(repository);
    const fault = READ_FAULTS['an error of R2'];
    await scrubContent({ ...services, bucket: bucketFailing(key, fault) }, NOW);
    const bucket = bucketFailing(await blobKey(digest), fault);
    await scrubContent({ ...services, bucket }, NOW + DAY);
    expect(await damagedDigests()).toEqual([digest]);
    await scrubContent({ ...services, bucket: bucketFailing(key, fault) }, NOW + 2 * DAY);
    expect(await damagedDigests()).toEqual([large]);
    await scrubContent(services, NOW + 3 * DAY);
    expect(await damagedDigests()).toEqual([]);
    await expectBlob(repository, digest, bytes);
  });
});

describe('a slice during which the storage goes away', () => {
  const away = () => {
    throw new Error('We encountered an internal error. Please try again. (10001)');
  };

  /** A platform whose storage is away from the nth object that is read. */
  function awayFrom(n: number, concerns: (key: string) => boolean = () => true): Services {
    let reads = 0;
    const get = async (key: string) => {
      if (concerns(key) && ++reads >= n) return away();
      return await bindings.BUCKET.get(key);
    };
    return { ...services, bucket: bucketWith({ get: get as R2Bucket['get'], put: away }) };
  }

  test('marks nothing, and is repeated from where the last batch ended', async () => {
    for (let n = 1; n <= 4; n++) {
      await emptyStorage();
      vi.clearAllMocks();
      const told = watchLog();
      const digests = await pushBlobs(4);
      for (const digest of digests) await flipBit(digest);
      await expect(scrubContent(awayFrom(n), NOW)).rejects.toThrow('cannot be read right now');
      expect(await damagedDigests()).toEqual([]);
      await scrubContent(services, NOW + HOUR);
      expect(await damagedDigests()).toEqual(digests);
      expect(told().sort()).toEqual(digests);
    }
  });

  test('again and again at one object skips it, logs it, and finishes', async () => {
    const told = watchLog();
    const digests = await pushBlobs(3);
    const [, wrong = ''] = digests;
    const key = await blobKey(wrong);
    const failing = awayFrom(1, (asked) => asked === key);
    for (let hour = 0; hour < 6; hour++) {
      await scrubContent(failing, NOW + hour * HOUR).catch(() => {});
    }
    expect(await state()).toMatchObject({ phase: 'done', lastRound: { objects: 2, skipped: 1 } });
    expect(told()).toEqual([wrong]);
    expect(await damagedDigests()).toEqual([]);
  });
});
