import { DAY_MS } from '../domain/time.ts';
import { readOverview } from '../registry/overview.ts';
import type { ListedImage } from '../storage/workspaces/image-filters.ts';
import { listPlatformPulls, readStoredTotals } from '../storage/workspaces/overview.ts';
import { overview } from './contracts/overview.ts';
import { endpoint, jsonResponse } from './endpoint.ts';
import { formatDay, formatTime } from './http.ts';

const DAYS = 30;

export const getOverview = endpoint(
  'admin',
  {
    method: 'get',
    path: '/overview',
    tags: ['Platform'],
    summary:
      'View storage, pulls and counts of the whole platform, and its top images and workspaces',
    responses: { 200: jsonResponse(overview, 'The figures.') },
  },
  async (c) => {
    const { db } = c.var.services;
    const now = Date.now();
    const { takenAt, counts, workspaces, ...top } = await readOverview(db, now);
    const { imageBytes, ...numbers } = counts;
    return c.json(
      {
        storage: { ...(await readStoredTotals(db)), imageBytes },
        counts: numbers,
        pulls: pullsBody(await listPlatformPulls(db), now),
        topImages: {
          byPulls: top.imagesByPulls.map(topImageBody),
          bySize: top.imagesBySize.map(topImageBody),
        },
        topWorkspaces: [...workspaces],
        takenAt: formatTime(takenAt),
      },
      200,
    );
  },
);

function pullsBody(pulls: ReadonlyMap<number, number>, now: number) {
  const first = Math.floor(now / DAY_MS) - DAYS + 1;
  return {
    total: [...pulls.values()].reduce((sum, count) => sum + count, 0),
    days: Array.from({ length: DAYS }, (_, n) => ({
      day: formatDay(first + n),
      pulls: pulls.get(first + n) ?? 0,
    })),
  };
}

function topImageBody({ workspace, name, versions, size, pulls }: ListedImage) {
  return { workspace, name, versions, size, pulls };
}
