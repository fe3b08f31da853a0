import { sql } from 'drizzle-orm';
import type { Digest } from '../../domain/digest.ts';
import type { PageRequest } from '../../domain/paging.ts';
import type { Database } from '../database.ts';

/** A manifest that has another as its subject, as a list of referrers shows it. */
export interface Referrer {
  readonly digest: Digest;
  readonly mediaType: string;
  readonly artifactType: string | null;
  readonly size: number;
  readonly annotations: Readonly<Record<string, string>>;
}

/** Maximum annotation bytes of a page, so that an answer stays well under 4 MiB. */
const PAGE_BUDGET = 2 * 1024 * 1024;

/**
 * Referrers of a subject by digest, starting after `page.last`: at most `page.limit`, fewer if
 * their annotations are long, but at least one. `more`: others follow.
 */
export async function listReferrers(
  db: Database,
  imageId: number,
  subject: Digest,
  artifactType: string | null,
  page: PageRequest,
): Promise<{ readonly referrers: Referrer[]; readonly more: boolean }> {
  const rows = await db.all<{
    digest: Digest;
    mediaType: string;
    artifactType: string | null;
    size: number;
    annotations: string | null;
  }>(sql`
    SELECT digest, mediaType, artifactType, size,
        iif(sum(length(annotations)) OVER (ORDER BY digest) - length(annotations) < ${PAGE_BUDGET},
          annotations, NULL) AS annotations
      FROM (
        SELECT digest, media_type AS mediaType, artifact_type AS artifactType, size,
            coalesce(annotations, '{}') AS annotations
          FROM manifests
          WHERE image_id = ${imageId} AND subject_digest = ${subject} AND digest > ${page.last}
            AND deleted_at IS NULL AND (${artifactType} IS NULL OR artifact_type = ${artifactType})
          ORDER BY digest LIMIT ${page.limit + 1})
      ORDER BY digest`);
  // The query leaves out the annotations of rows that exceed the budget of the page.
  const referrers = rows
    .slice(0, page.limit)
    .flatMap(({ annotations, ...row }) =>
      annotations === null ? [] : [{ ...row, annotations: JSON.parse(annotations) }],
    );
  return { referrers, more: rows.length > referrers.length };
}
