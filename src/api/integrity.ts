import { z } from '@hono/zod-openapi';
import { decodeCursor, toPage } from '../domain/cursors.ts';
import { type ReconciliationState, readReconciliation } from '../maintenance/reconcile.ts';
import { readScrub, type ScrubState, scrubProgress } from '../maintenance/scrub.ts';
import { type Damage, type DamageKey, listDamages } from '../storage/content/damages.ts';
import { readSettings } from '../storage/settings.ts';
import { integrity, integrityQuery } from './contracts/integrity.ts';
import { endpoint, jsonResponse } from './endpoint.ts';
import { formatTime } from './http.ts';

const START: DamageKey = [0, '', 0];

export const getIntegrity = endpoint(
  'admin',
  {
    method: 'get',
    path: '/integrity',
    tags: ['Platform'],
    summary: 'View damaged content, and the progress of the checks that find it',
    request: { query: integrityQuery },
    responses: { 200: jsonResponse(integrity, 'The state of the storage.') },
  },
  async (c) => {
    const { limit, cursor } = c.req.valid('query');
    const { services } = c.var;
    const key = z.tuple([z.int(), z.string(), z.int()]);
    const after = cursor === undefined ? START : decodeCursor(cursor, key);
    const damages = await listDamages(services.db, after, limit + 1);
    const { items, next } = toPage(damages, limit, keyOf);
    const { scrubBytesPerDay } = await readSettings(services.db);
    const scrub = scrubBody(await readScrub(services), scrubBytesPerDay);
    const reconciliation = reconciliationBody(await readReconciliation(services));
    return c.json({ damaged: { items: items.map(damageBody), next }, scrub, reconciliation }, 200);
  },
);

const keyOf = ({ damagedAt, digest, imageId }: Damage): DamageKey => [damagedAt, digest, imageId];

function damageBody({ imageId: _, damagedAt, images, ...damage }: Damage) {
  return { ...damage, images: [...images], damagedAt: formatTime(damagedAt) };
}

/** A round as the API returns it, with its times as text. */
function roundBody<R extends { readonly startedAt: number }>({ startedAt, ...round }: R) {
  return { ...round, startedAt: formatTime(startedAt) };
}

function endedRoundBody<R extends { readonly startedAt: number; readonly endedAt: number }>({
  endedAt,
  ...round
}: R) {
  return { ...roundBody(round), endedAt: formatTime(endedAt) };
}

function scrubBody(state: ScrubState | null, bytesPerDay: number) {
  return {
    progress: state ? scrubProgress(state) : 0,
    bytesToday: state?.bytesToday ?? 0,
    bytesPerDay,
    round: state && roundBody(state.round),
    lastRound: state?.lastRound ? endedRoundBody(state.lastRound) : null,
  };
}

function reconciliationBody(state: ReconciliationState | null) {
  return {
    position: state?.after || null,
    round: state && roundBody(state.round),
    lastRound: state?.lastRound ? endedRoundBody(state.lastRound) : null,
  };
}
