/** Rules that keep what was used within some days ask the counters before they let a version go. */
import { expect, test, vi } from 'vitest';
import { NOTED_WITHIN } from '../../../src/domain/pulls.ts';
import { NO_RULES } from '../../../src/domain/retention.ts';
import { applyRetention } from '../../../src/maintenance/retention/apply.ts';
import { restoreUsed } from '../../../src/maintenance/retention/restore-used.ts';
import { openServices } from '../../../src/services.ts';
import { bindings, query } from '../../support/worker/database.ts';
import { makePlace } from '../../support/worker/people.ts';
import { Counter, get, tellUse } from '../../support/worker/pulls.ts';
import { pushImage, pushIndex, tagDigest } from '../../support/worker/push.ts';
import { DAY, setRules, versionsOf } from './support/rules.ts';

const services = openServices(bindings);
const HOUR = DAY / 24;

/** A workspace with a rule, and images in it that were pushed long before. */
async function makeOld(rules = { ...NO_RULES, keepDays: 1 } as Parameters<typeof setRules>[1]) {
  const { workspace } = await makePlace();
  const [row] = await query<{ id: number }>('SELECT id FROM workspaces WHERE name = ?', workspace);
  const id = row?.id ?? 0;
  const repository = `${workspace}/app`;
  const { digest } = await pushImage(repository, 'checked');
  const child = await pushImage(repository, null);
  await pushIndex(repository, 'index', [child.descriptor]);
  await pushImage(repository, 'idle');
  await query(
    'UPDATE tags SET updated_at = ? WHERE image_id IN (SELECT id FROM images WHERE workspace_id = ?)',
    ...[Date.now() - 3 * DAY, id],
  );
  await setRules(id, rules);
  return { id, repository, digest, child: child.digest, counter: await Counter.of(repository) };
}

test('versions that were only checked for freshness, or of which an image was, stay', async () => {
  const { id, repository, digest, child, counter } = await makeOld();
  await get(repository, 'checked', { headers: { 'if-none-match': `"${digest}"` }, status: 304 });
  await get(repository, child, { method: 'HEAD' });
  await counter.waitForUses(digest, child);
  await applyRetention(services, Date.now());
  expect(await versionsOf(id)).toEqual(['app:checked', 'app:index']);
  expect(await versionsOf(id, 'trashed_tags')).toEqual(['app:idle']);
  await setRules(id, null);
});

test('nothing goes while the counter does not answer', async () => {
  const { id } = await makeOld();
  const pulls = {
    idFromName: () => 'any',
    get: () => ({ fetch: () => Promise.reject(new Error('away')) }),
  } as unknown as DurableObjectNamespace;
  expect(await applyRetention({ ...services, pulls }, Date.now())).toBe(0);
  expect(await applyRetention(services, Date.now())).toBe(3);
  await setRules(id, null);
});

test('rules that keep nothing for its use ask no counter', async () => {
  const { id } = await makeOld({ ...NO_RULES, keepLast: 1 });
  const pulls = {} as DurableObjectNamespace;
  expect(await applyRetention({ ...services, pulls }, Date.now())).toBe(2);
  await setRules(id, null);
});

test('a version comes back whose use its counter hears of after the rule has taken it', async () => {
  const { id, repository, digest, child } = await makeOld();
  const signature = `${digest.replace(':', '-')}.sig`;
  await pushImage(repository, signature);
  const at = Math.floor(Date.now() / HOUR) * HOUR;
  expect(await applyRetention(services, at)).toBe(3);
  expect(await versionsOf(id)).toEqual([]);
  // In the last moment of the hour before, of which only the hour is known.
  await tellUse(repository, digest, at - 1);
  await tellUse(repository, child, at - 1);
  expect(await restoreUsed({ ...services, useDelay: 0 }, at)).toBe(2);
  expect(await versionsOf(id)).toEqual(['app:checked', 'app:index', `app:${signature}`]);
  expect(await versionsOf(id, 'trashed_tags')).toEqual(['app:idle']);
  expect(await applyRetention(services, at + HOUR)).toBe(0);
  await setRules(id, null);
});

test('what was set or deleted by a user meanwhile, or is kept for no use, stays as it is', async () => {
  const { id, repository, digest } = await makeOld();
  await applyRetention(services, Date.now());
  await tellUse(repository, digest);
  const newer = await pushImage(repository, 'checked');
  await restoreUsed({ ...services, useDelay: 0 }, Date.now());
  expect(await tagDigest(repository, 'checked')).toBe(newer.digest);
  await setRules(id, null);

  const last = await makeOld({ ...NO_RULES, keepLast: 1 });
  await applyRetention(services, Date.now());
  await tellUse(last.repository, last.digest);
  expect(await restoreUsed({ ...services, useDelay: 0 }, Date.now())).toBe(0);
  await setRules(last.id, null);
});

test('it waits until the use of a moment before is known', async () => {
  const { id } = await makeOld();
  await applyRetention(services, Date.now());
  const wait = vi.spyOn(scheduler, 'wait').mockResolvedValue();
  await restoreUsed(services, Date.now());
  expect(wait).toHaveBeenCalledWith(NOTED_WITHIN);
  wait.mockRestore();
  await setRules(id, null);
});
