import { createScheduledController, runInDurableObject } from 'cloudflare:test';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { Digest } from '../../src/domain/digest.ts';
import worker from '../../src/index.ts';
import { later } from '../auth/support/later.ts';
import { call, expectAnswer, signInAs } from '../support/worker/api-client.ts';
import { collect, DAY, HOUR } from '../support/worker/collect.ts';
import { freshBytes, unique } from '../support/worker/content.ts';
import { bindings, bucketKeys, doomedKeys, query } from '../support/worker/database.ts';
import { dockerLogin, pullStatus } from '../support/worker/docker-login.ts';
import { makeUser, PASSWORD } from '../support/worker/people.ts';
import { Counter, readPulls } from '../support/worker/pulls.ts';
import { beginUpload, pushBlob, pushImage } from '../support/worker/push.ts';
import { ADMIN, chunked, expectStatus, send } from '../support/worker/registry-client.ts';
import {
  damagedDigests,
  emptyStorage,
  flipBit,
  loseObject,
  watchLog,
} from '../support/worker/storage.ts';
import { append, expectBlob, objectId } from '../support/worker/uploads.ts';

// A clock that was two years ahead, and is right again.
const TWO_YEARS = 730 * DAY;

/** Does some work while the clock is two years ahead. */
const ahead = <T>(work: () => Promise<T>): Promise<T> => later(TWO_YEARS / 1000, work);

const schedule = () =>
  worker.scheduled(createScheduledController({ scheduledTime: new Date() }), bindings);

beforeEach(() => {
  vi.restoreAllMocks();
});

describe('the sweeps continue', () => {
  beforeEach(emptyStorage);

  test('scrub and reconciliation find what is damaged and missing', async () => {
    watchLog();
    vi.spyOn(console, 'warn').mockImplementation(() => {});
    const repository = unique('library/sweeps');
    const [wrong, lost] = [await pushBlob(repository), await pushBlob(repository)];
    await ahead(schedule);
    expect(await damagedDigests()).toEqual([]);
    await flipBit(wrong);
    await loseObject(lost);
    await schedule();
    expect(await damagedDigests()).toEqual([wrong, lost].sort());
  });

  test('the figures of the platform are counted again', async () => {
    const read = async () => {
      const answer = await call<{ takenAt: string }>({ authorization: ADMIN }, 'GET', '/overview');
      return Date.parse(expectAnswer(answer, 200).takenAt);
    };
    await ahead(read);
    expect(await read()).toBeLessThanOrEqual(Date.now());
  });

  test('a collection that began then spares what is in the trash and in its grace', async () => {
    const repository = unique('library/spared');
    const bytes = freshBytes();
    const digest = await pushBlob(repository, bytes);
    await pushImage(repository, 'v1');
    await send(ADMIN, 'DELETE', `/v2/${repository}/manifests/v1`);
    await collect({ startedAt: Date.now() + TWO_YEARS, gracePeriod: HOUR });
    await expectBlob(repository, digest, bytes);
    const trash = await query('SELECT purged_at AS purgedAt FROM trash WHERE kind = ?', 'version');
    expect(trash.map(({ purgedAt }) => purgedAt)).toContain(null);
  });

  test('objects that entered the deletion queue then are deleted', async () => {
    const key = 'blobs/00000000-0000-4000-8000-000000000000';
    await bindings.BUCKET.put(key, 'bytes');
    const then = Date.now() + TWO_YEARS;
    await query('INSERT INTO doomed_objects (key, doomed_at) VALUES (?, ?)', key, then);
    await collect();
    expect(await doomedKeys()).toEqual([]);
    expect(await bucketKeys()).toEqual([]);
  });

  test('a collector that set its alarm then wakes when it is called', async () => {
    const { COLLECTORS } = bindings;
    const stub = COLLECTORS.get(COLLECTORS.idFromName(unique('collector')));
    const alarm = () => runInDurableObject(stub, (_, state) => state.storage.getAlarm());
    await runInDurableObject(stub, (_, state) => state.storage.setAlarm(Date.now() + TWO_YEARS));
    const wake = { method: 'POST', body: JSON.stringify({ workspaceId: 1_000_000 }) };
    await stub.fetch('https://collector/', wake);
    // It runs at once, or has already run.
    expect((await alarm()) ?? 0).toBeLessThanOrEqual(Date.now());
  });
});

describe('pulls are counted', () => {
  test('together with those of then, within the usual time', async () => {
    const name = unique('library/pulled');
    const { digest } = await pushImage(name, 'v1');
    const counter = await Counter.of(name);
    const tell = () => counter.tell({ at: Date.now(), manifests: [[digest as Digest, 1]] });
    await ahead(async () => {
      await tell();
      await counter.flush();
      await tell();
    });
    await tell();
    const alarm = await counter.inside((storage) => storage.getAlarm());
    expect(alarm).toBeLessThanOrEqual(Date.now() + 5 * 60_000);
    const last = async () => {
      const [row] = await query(
        'SELECT max(last_pulled_at, last_used_at) AS at FROM manifests WHERE image_id = ?',
        counter.imageId,
      );
      return row?.at;
    };
    expect(await last()).toBeGreaterThan(Date.now());
    await counter.flush();
    expect((await readPulls(counter.imageId)).image).toBe(3);
    expect(await last()).toBeLessThanOrEqual(Date.now());
  });

  test('also if the counter has forgotten its last batch since', async () => {
    const name = unique('library/pulled');
    await pushImage(name, 'v1');
    const counter = await Counter.of(name);
    await ahead(async () => {
      await counter.tell();
      await counter.flush();
    });
    await later(TWO_YEARS / 1000 + 3600, () => counter.flush());
    expect(await counter.inside((storage) => storage.getAlarm())).toBeNull();
    await counter.tell();
    await counter.flush();
    expect((await readPulls(counter.imageId)).image).toBe(2);
  });

  test('and a counter that is done keeps nothing of then', async () => {
    const name = unique('library/pulled');
    await pushImage(name, 'v1');
    const counter = await Counter.of(name);
    await ahead(() => counter.tell());
    await counter.flush();
    expect(await counter.inside(({ kv }) => [...kv.list()])).toEqual([]);
  });
});

describe('people are let in, and no longer than otherwise', () => {
  test('whoever failed to sign in then can sign in now', async () => {
    const { name } = await makeUser();
    const from = { 'cf-connecting-ip': '198.51.100.77' };
    const signIn = (password: string) =>
      call({}, 'POST', '/session', { username: name, password }, from);
    await ahead(async () => {
      for (let i = 0; i < 7; i++) await signIn('a wrong password');
    });
    // The waits of the account and of the address count from now.
    const answer = await signIn(PASSWORD);
    if (answer.status === 429) {
      const seconds = Number(answer.headers.get('retry-after'));
      expect(seconds).toBeLessThanOrEqual(900);
      await later(seconds, async () => expectAnswer(await signIn(PASSWORD), 200));
    } else {
      expectAnswer(answer, 200);
    }
  });

  test('failures of then are forgotten by the next clean-up', async () => {
    await query(
      'INSERT INTO sign_in_failures (subject, failures, last_at) VALUES (?, 9, ?)',
      'user:of-then',
      Date.now() + TWO_YEARS,
    );
    await schedule();
    const rows = await query('SELECT 1 FROM sign_in_failures WHERE subject = ?', 'user:of-then');
    expect(rows).toEqual([]);
  });

  test('a session that began then ends as usual once it is used', async () => {
    const user = await makeUser();
    const caller = await ahead(() => signInAs(user));
    expectAnswer(await call(caller, 'GET', '/session'), 200);
    const [session] = await query(
      'SELECT created_at AS createdAt, expires_at AS expiresAt FROM sessions WHERE user_id = ?',
      user.id,
    );
    expect(session?.createdAt).toBeLessThanOrEqual(Date.now());
    expect(session?.expiresAt).toBeLessThanOrEqual(Date.now() + 12 * HOUR);
  });

  test('a token that was signed then is refused, and a new one is good', async () => {
    const repository = unique('library/tokens');
    await pushImage(repository, 'v1');
    const then = await ahead(() => dockerLogin(ADMIN, repository));
    expect(await pullStatus(then.header, repository, 'v1')).toBe(401);
    expect(await pullStatus((await dockerLogin(ADMIN, repository)).header, repository, 'v1')).toBe(
      200,
    );
  });
});

test('an upload that was continued then ends a day after its last request', async () => {
  const repository = unique('library/upload');
  const path = await ahead(async () =>
    append(await beginUpload(repository), chunked(freshBytes())),
  );
  // Its address was signed by that clock.
  await expectStatus(await send(ADMIN, 'GET', path), 404);
  const now = await append(await beginUpload(repository), chunked(freshBytes()));
  const { UPLOADS } = bindings;
  const stub = UPLOADS.get(UPLOADS.idFromString(objectId(now)));
  const alarm = () => runInDurableObject(stub, (_, state) => state.storage.getAlarm());
  await runInDurableObject(stub, (_, state) => state.storage.setAlarm(Date.now() + TWO_YEARS));
  await append(now, chunked(freshBytes()));
  expect(await alarm()).toBeLessThanOrEqual(Date.now() + DAY);
});
