import { type Digest, digestHex } from '../domain/digest.ts';
import { DAY_MS, isDue, MINUTE_MS } from '../domain/time.ts';
import type { Services } from '../services.ts';
import { markSound } from '../storage/content/damages.ts';
import { examineBytes, findFaults } from '../storage/content/find-faults.ts';
import { reportFaults } from '../storage/content/report-damage.ts';
import {
  type KnownContent,
  listBlobContents,
  listManifestContents,
} from '../storage/content/stored-objects.ts';
import { readSettings } from '../storage/settings.ts';
import { readSweep, writeSweep } from '../storage/sweep-cursors.ts';

const SWEEP = 'scrub';

/** Minimum time between the beginnings of two rounds, ms. */
const ROUND_EVERY = DAY_MS;

/** Time after which a slice begins no batch, ms, and its maximum number of batches. */
const SLICE_TIME = 4 * MINUTE_MS;
const SLICE_BATCHES = 50;

/** Maximum objects and bytes of a batch; a single object may be larger. */
const BATCH_OBJECTS = 100;
const BATCH_BYTES = 512 * 1024 * 1024;

/** Tries of a batch before its first object is skipped, which may take too long to read. */
const MAX_ATTEMPTS = 3;

/** One walk through all content. */
interface ScrubRound {
  readonly startedAt: number;
  readonly objects: number;
  /** Bytes read. */
  readonly bytes: number;
  readonly damaged: number;
  /** Objects that could not be read completely. */
  readonly skipped: number;
}

/** The state of the scrub between two slices. */
export interface ScrubState {
  /** First all blobs by digest, then manifests in R2 by key. */
  readonly phase: 'blobs' | 'manifests' | 'done';
  readonly after: string;
  /** Tries of the next batch so far. */
  readonly attempts: number;
  /** A day (days since 1970, UTC), and the bytes read in it; an excess is carried over. */
  readonly day: number;
  readonly bytesToday: number;
  readonly round: ScrubRound;
  readonly lastRound: (ScrubRound & { readonly endedAt: number }) | null;
}

const newRound = (startedAt: number): ScrubRound => ({
  startedAt,
  objects: 0,
  bytes: 0,
  damaged: 0,
  skipped: 0,
});

/** The state of the scrub; null before its first slice. */
export async function readScrub({ db }: Services): Promise<ScrubState | null> {
  return await readSweep<ScrubState>(db, SWEEP);
}

/**
 * Reads one slice of all stored content, an hour's share of the setting `scrubBytesPerDay`, and
 * marks what no longer has its digest as damaged. A larger object is read as a whole, and the
 * excess is subtracted from the days after. After a crash, one batch is read again.
 */
export async function scrubContent(services: Services, now: number): Promise<void> {
  const { db } = services;
  const { scrubBytesPerDay } = await readSettings(db);
  let state = startSlice(await readScrub(services), now, scrubBytesPerDay);
  const before = state.bytesToday;
  const quota = Math.min(before + Math.ceil(scrubBytesPerDay / 24), scrubBytesPerDay);
  const started = Date.now();
  const isOver = () => state.phase === 'done' || state.bytesToday >= quota;
  for (let n = 0; n < SLICE_BATCHES && !isOver() && Date.now() - started < SLICE_TIME; n++) {
    const batch = await readBatch(services, state, quota - state.bytesToday);
    state = { ...state, attempts: state.attempts + 1 };
    await writeSweep(db, SWEEP, state, now);
    state = batch.length > 0 ? await checkBatch(services, state, batch, now) : endPhase(state, now);
    await writeSweep(db, SWEEP, state, now);
  }
}

function startSlice(kept: ScrubState | null, now: number, perDay: number): ScrubState {
  const day = Math.floor(now / DAY_MS);
  const fresh: ScrubState = {
    phase: 'blobs',
    after: '',
    attempts: 0,
    day,
    bytesToday: 0,
    round: newRound(now),
    lastRound: null,
  };
  if (kept === null) return fresh;
  const days = Math.max(0, day - kept.day);
  const today = { day, bytesToday: Math.max(0, kept.bytesToday - days * perDay) };
  const isOver = kept.phase === 'done' && isDue(kept.round.startedAt, ROUND_EVERY, now);
  return isOver ? { ...fresh, ...today, lastRound: kept.lastRound } : { ...kept, ...today };
}

/** The next objects; only one if the previous try did not finish. */
async function readBatch(
  { db }: Services,
  { phase, after, attempts }: ScrubState,
  bytes: number,
): Promise<KnownContent[]> {
  const list = phase === 'blobs' ? listBlobContents : listManifestContents;
  const found = await list(db, after, attempts > 0 ? 1 : BATCH_OBJECTS);
  const limit = Math.min(bytes, BATCH_BYTES);
  let sum = 0;
  return found.filter(({ size }, n) => {
    sum += size;
    return n === 0 || sum <= limit;
  });
}

async function checkBatch(
  services: Services,
  state: ScrubState,
  batch: readonly KnownContent[],
  now: number,
): Promise<ScrubState> {
  const last = batch.at(-1);
  const after = (state.phase === 'blobs' ? last?.digest : last?.key) ?? '';
  const next = { ...state, after, attempts: 0 };
  if (state.attempts > MAX_ATTEMPTS) {
    console.error({ message: 'content could not be read completely', ...last });
    return { ...next, round: { ...state.round, skipped: state.round.skipped + batch.length } };
  }
  const { db, bucket } = services;
  const faults = await findFaults(bucket, batch, (content) => examineBytes(bucket, content));
  const damaged = await reportFaults(services, faults, now);
  const wrong = new Set(faults.map(({ content }) => content.key));
  await markSound(
    db,
    batch.filter(({ key, damaged }) => damaged && !wrong.has(key)).map(({ key }) => key),
  );
  const bytes = batch.reduce((sum, { size }) => sum + size, 0);
  const round = {
    ...state.round,
    objects: state.round.objects + batch.length,
    bytes: state.round.bytes + bytes,
    damaged: state.round.damaged + damaged,
  };
  return { ...next, bytesToday: state.bytesToday + bytes, round };
}

function endPhase(state: ScrubState, now: number): ScrubState {
  if (state.phase === 'blobs') return { ...state, phase: 'manifests', after: '', attempts: 0 };
  const lastRound = { ...state.round, endedAt: now };
  return { ...state, phase: 'done', after: '', attempts: 0, lastRound };
}

/** The progress of a round, from 0 to 1, estimated from the digest, as digests are evenly spread. */
export function scrubProgress({ phase, after }: ScrubState): number {
  if (phase !== 'blobs' || after.startsWith('sha512:')) return 1;
  return after === '' ? 0 : Number.parseInt(digestHex(after as Digest).slice(0, 8), 16) / 2 ** 32;
}
