import { type SQL, sql } from 'drizzle-orm';
import type { Digest } from '../../domain/digest.ts';
import type { PageRequest } from '../../domain/paging.ts';
import type { Database } from '../database.ts';
import { type Lookup, runLookups } from '../lookups.ts';
import { REPOSITORY_IMAGE } from '../workspaces/images.ts';

/** A manifest that has another as its subject, as a list of referrers shows it. */
export interface Referrer {
  readonly digest: Digest;
  readonly mediaType: string;
  readonly artifactType: string | null;
  readonly size: number;
  readonly annotations: Readonly<Record<string, string>>;
}

/** A page of a list of referrers; `more`: others follow. */
export interface ReferrersPage {
  readonly referrers: readonly Referrer[];
  readonly more: boolean;
}

/** Which referrers a client asks for. */
export interface ReferrersRequest {
  readonly subject: Digest;
  /** Null: of any type. */
  readonly artifactType: string | null;
  readonly page: PageRequest;
}

/** Bytes of an entry but its annotations, at most: types have 255 characters. */
const MAX_TYPES = 800;

/** Maximum bytes of a page: D1 takes 2 MB a value. */
const PAGE_BUDGET = 1024 * 1024;

/** A page of the referrers of an image. */
export async function findReferrers(
  db: Database,
  imageId: number,
  wanted: ReferrersRequest,
): Promise<ReferrersPage> {
  const lookups = { referrers: referrersLookup(sql`${imageId}`, wanted) };
  return (await runLookups(db, lookups)).referrers;
}

/** Looks up a page of the referrers of the repository; needs repositoryTable. */
export function repositoryReferrersLookup(wanted: ReferrersRequest): Lookup<ReferrersPage> {
  return referrersLookup(REPOSITORY_IMAGE, wanted);
}

/**
 * Referrers of a subject by digest, starting after `page.last`: at most `page.limit`, fewer if
 * their annotations are long, but at least one. `image` is an expression for the image's id.
 */
function referrersLookup(
  image: SQL,
  { subject, artifactType, page }: ReferrersRequest,
): Lookup<ReferrersPage> {
  const length = sql`(${MAX_TYPES} + length(CAST(annotations AS BLOB)))`;
  const entry = sql`json_array(digest, mediaType, artifactType, size, json(annotations))`;
  return {
    sql: sql`
      SELECT json_object('count', count(*),
          'rows', json_group_array(${entry})
            FILTER (WHERE bytes <= ${PAGE_BUDGET} OR bytes = ${length}))
        FROM (
          SELECT *, sum(${length}) OVER (ORDER BY digest) AS bytes FROM (
              SELECT digest, media_type AS mediaType, artifact_type AS artifactType, size,
                  coalesce(annotations, '{}') AS annotations
                FROM manifests
                WHERE image_id = ${image} AND subject_digest = ${subject} AND digest > ${page.last}
                  AND deleted_at IS NULL
                  AND (${artifactType} IS NULL OR artifact_type = ${artifactType})
                ORDER BY digest LIMIT ${page.limit + 1}))`,
    read(value) {
      const { count, rows } = value as { count: number; rows: StoredReferrer[] };
      const referrers = rows
        .slice(0, page.limit)
        .map(([digest, mediaType, type, size, annotations]) => {
          return { digest, mediaType, artifactType: type, size, annotations };
        });
      return { referrers, more: count > referrers.length };
    },
  };
}

type StoredReferrer = [Digest, string, string | null, number, Record<string, string>];
