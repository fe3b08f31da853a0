import { expect } from 'vitest';
import { query } from '../support/worker/database.ts';

/** Each counter with what it has to be, recomputed from the rows it counts. */
const COUNTERS = {
  blobs: `
    SELECT digest AS name, uses, unused_since AS unusedSince,
      (SELECT count(*) FROM image_blobs AS i WHERE i.digest = b.digest) AS expected
    FROM blobs AS b`,
  image_blobs: `
    SELECT l.image_id || '/' || l.digest AS name, uses, unused_since AS unusedSince,
      (SELECT count(*) FROM manifest_blobs AS m
        WHERE m.image_id = l.image_id AND m.blob_digest = l.digest) AS expected
    FROM image_blobs AS l`,
  manifests: `
    SELECT m.image_id || '/' || m.digest AS name, uses, unused_since AS unusedSince,
      (SELECT count(*) FROM tags AS t
        WHERE t.image_id = m.image_id AND t.manifest_digest = m.digest)
      + (SELECT count(*) FROM trashed_tags AS t
        WHERE t.image_id = m.image_id AND t.manifest_digest = m.digest)
      + (SELECT count(*) FROM manifest_children AS c
        WHERE c.image_id = m.image_id AND c.child_digest = m.digest)
      + (SELECT count(*) FROM manifests AS s
        WHERE s.image_id = m.image_id AND s.digest = m.subject_digest) AS expected
    FROM manifests AS m`,
};

/** Asserts that every use is counted, and that exactly what has none says since when. */
export async function expectCountsRight(): Promise<void> {
  for (const [table, sql] of Object.entries(COUNTERS)) {
    const rows = await query<{
      name: string;
      uses: number;
      expected: number;
      unusedSince: number | null;
    }>(sql);
    const state = (uses: number, unused: boolean) => `${uses}${unused ? ', unused' : ''}`;
    const found = rows.map((row) => [row.name, state(row.uses, row.unusedSince !== null)]);
    const right = rows.map((row) => [row.name, state(row.expected, row.expected === 0)]);
    expect(Object.fromEntries(found), table).toEqual(Object.fromEntries(right));
  }
}
