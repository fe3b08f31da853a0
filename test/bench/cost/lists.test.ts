import { env } from 'cloudflare:workers';
import { beforeAll, expect, test } from 'vitest';
import { makeUser, tokenAuthorization } from '../../support/worker/people.ts';
import { ADMIN, expectStatus, send } from '../../support/worker/registry-client.ts';
import { getToken } from '../../support/worker/token-service.ts';
import { countEntries, readsOf } from '../scale/reads.ts';
import { BENCH_PROJECT, statements } from '../scale/synthetic.ts';
import { costOf } from './ledger.ts';

/** Large enough that a list which reads all of something shows: a page has 20 entries. */
const SHAPE = { images: 130, tagsPerImage: 20 };

/** Rows that a page may read besides its entries: who asks, and where. */
const CONSTANT = 40;

let member: string;

beforeAll(async () => {
  for (const sql of statements(SHAPE, false)) await env.DB.prepare(sql).run();
  member = await tokenAuthorization(await makeUser({ [BENCH_PROJECT]: 'developer' }), ['read']);
  await getToken(member, '');
});

test.each(readsOf(SHAPE))(
  '$name: rows for each entry it shows, not for each there is',
  async (read) => {
    let entries = 0;
    const cost = await costOf(async () => {
      const who = read.as === 'admin' ? ADMIN : member;
      const response = await expectStatus(await send(who, 'GET', read.path), 200);
      entries = countEntries(await response.json());
    });
    expect(cost.rowsRead, `${entries} entries`).toBeLessThanOrEqual(
      read.rowsPerEntry * entries + CONSTANT,
    );
  },
);
