import { z } from '@hono/zod-openapi';
import { decodeCursor, toPage } from '../domain/cursors.ts';
import { type ReconciliationState, readReconciliation } from '../maintenance/reconcile.ts';
import { readScrub, type ScrubState, scrubProgress } from '../maintenance/scrub.ts';
import { type Damage, type DamageKey, listDamages } from '../storage/content/damages.ts';
import { readSettings } from '../storage/settings.ts';
import { integrity, integrityQuery } from './contracts/integrity.ts';
import { answers, endpoint } from './endpoint.ts';
import { formatTime } from './http.ts';

const START: DamageKey = [0, '', 0];

export const getIntegrity = endpoint(
  'admin',
  {
    method: 'get',
    path: '/integrity',
    tags: ['Platform'],
    summary: 'What of the stored content is damaged, and how far the looking for it has come',
    request: { query: integrityQuery },
    responses: { 200: answers(integrity, 'The state of the storage.') },
  },
  async (c) => {
    const { limit, cursor } = c.req.valid('query');
    const { services } = c.var;
    const key = z.tuple([z.int(), z.string(), z.int()]);
    const after = cursor === undefined ? START : decodeCursor(cursor, key);
    const damages = await listDamages(services.db, after, limit + 1);
    const { items, next } = toPage(damages, limit, keyOf);
    const { scrubBytesPerDay } = await readSettings(services.db);
    const scrub = describeScrub(await readScrub(services), scrubBytesPerDay);
    const reconciliation = describeReconciliation(await readReconciliation(services));
    return c.json({ damaged: { items: items.map(describe), next }, scrub, reconciliation }, 200);
  },
);

const keyOf = ({ damagedAt, digest, imageId }: Damage): DamageKey => [damagedAt, digest, imageId];

function describe({ imageId: _, damagedAt, images, ...damage }: Damage) {
  return { ...damage, images: [...images], damagedAt: formatTime(damagedAt) };
}

/** A round as the API shows it: its times as texts. */
function describeRound<R extends { readonly startedAt: number }>({ startedAt, ...round }: R) {
  return { ...round, startedAt: formatTime(startedAt) };
}

function describeEnded<R extends { readonly startedAt: number; readonly endedAt: number }>({
  endedAt,
  ...round
}: R) {
  return { ...describeRound(round), endedAt: formatTime(endedAt) };
}

function describeScrub(state: ScrubState | null, bytesPerDay: number) {
  return {
    progress: state ? scrubProgress(state) : 0,
    bytesToday: state?.bytesToday ?? 0,
    bytesPerDay,
    round: state && describeRound(state.round),
    lastRound: state?.lastRound ? describeEnded(state.lastRound) : null,
  };
}

function describeReconciliation(state: ReconciliationState | null) {
  return {
    position: state?.after || null,
    round: state && describeRound(state.round),
    lastRound: state?.lastRound ? describeEnded(state.lastRound) : null,
  };
}
