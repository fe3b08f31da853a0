/** Content without a tag, and time that passes for it. */
import { expect } from 'vitest';
import type { Json, Phase, SliceContext } from '../../../../src/maintenance/collection/slice.ts';
import { query } from '../../../support/worker/database.ts';
import { pushImage, pushIndex } from '../../../support/worker/push.ts';

/** Ends the platform's run of a test before, which may have been cut off. */
export async function endRuns(): Promise<void> {
  await query("UPDATE collection_runs SET state = 'done' WHERE state = 'running'");
}

export const isThere = async (digest: string): Promise<boolean> =>
  (await query('SELECT 1 FROM manifests WHERE digest = ?', digest)).length > 0;

/** Lets time pass for all manifests that nothing uses. */
export async function wait(time: number): Promise<void> {
  await query(
    `UPDATE manifests
      SET unused_since = unused_since - ?1, released_at = released_at - ?1,
          overwritten_at = overwritten_at - ?1, last_used_at = last_used_at - ?1`,
    time,
  );
}

/** An image from which its tag has moved on. */
export async function pushUntagged(repository: string) {
  const image = await pushImage(repository, 'v1');
  await pushImage(repository, 'v1');
  return image;
}

/** An index of one image, from which its tag has moved on. */
export async function pushUntaggedIndex(repository: string) {
  const child = await pushImage(repository, null);
  const index = await pushIndex(repository, 'v1', [child.descriptor]);
  await pushImage(repository, 'v1');
  return { child: child.digest, index: index.digest };
}

/** Copies the image's one untagged manifest as many times, with the media type `many`. */
export async function multiply(digest: string, count: number): Promise<void> {
  await query(
    `WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < ?2)
      INSERT INTO manifests (image_id, workspace_id, digest, media_type, size, content_size, content,
          pushed_at, pushed_by, unused_since)
        SELECT image_id, workspace_id, digest || n, 'many', 1, 1, '{}', 1, 'x', 1
          FROM n, manifests WHERE digest = ?1`,
    ...[digest, count],
  );
}

/** Does all slices of a phase, without the waits between them. */
export async function runPhase({ slice }: Phase, collection: SliceContext): Promise<void> {
  for (let at: Json | null = null; ; ) {
    const { next, errors = [] } = await slice(collection, at);
    expect(errors).toEqual([]);
    if (next === null) return;
    at = next;
  }
}
