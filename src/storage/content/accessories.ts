import { sql } from 'drizzle-orm';
import type { Digest } from '../../domain/digest.ts';
import { subjectKey } from '../accessories.ts';
import type { Database } from '../database.ts';

/** A tag that attaches its manifest to another one. */
export interface AccessoryRecord {
  readonly tag: string;
  readonly digest: Digest;
  readonly mediaType: string;
  readonly artifactType: string | null;
  /** Its own; null if it has no subject. */
  readonly annotations: Readonly<Record<string, string>> | null;
  /** Bytes of its content, as the manifest declares them. */
  readonly size: number;
  readonly pushedAt: number;
  readonly pushedBy: string;
}

const ACCESSORY = sql`
  t.name AS tag, m.digest, m.media_type AS mediaType, m.artifact_type AS artifactType,
  m.annotations, m.content_size AS size, t.updated_at AS pushedAt, t.updated_by AS pushedBy`;

type Stored<T extends AccessoryRecord> = Omit<T, 'annotations'> & {
  readonly annotations: string | null;
};

function toRecord<T extends AccessoryRecord>({ annotations, ...row }: Stored<T>): T {
  return { ...row, annotations: annotations === null ? null : JSON.parse(annotations) } as T;
}

/** Accessories of a manifest by tag, at most `limit`. */
export async function listAccessoriesOf(
  db: Database,
  imageId: number,
  digest: Digest,
  limit: number,
): Promise<AccessoryRecord[]> {
  const rows = await db.all<Stored<AccessoryRecord>>(sql`
    SELECT ${ACCESSORY}
      FROM tags AS t INDEXED BY tags_by_subject CROSS JOIN manifests AS m ON m.id = t.manifest_id
      WHERE t.image_id = ${imageId} AND t.subject = ${subjectKey(sql`${digest}`)}
        AND t.subject IS NOT NULL
      ORDER BY t.name LIMIT ${limit}`);
  return rows.map(toRecord<AccessoryRecord>);
}

/** An accessory, and what it belongs to. */
export interface ListedAccessory extends AccessoryRecord {
  /** The first 71 characters of the digest of its subject: all of a sha256. */
  readonly subject: string;
  /** The digest of its subject; null: the image does not have it. */
  readonly attachedTo: Digest | null;
}

/** Position in a list of accessories: [subject, tag]. */
export type AccessoryKey = readonly [string, string];

/** All accessories of an image by subject and tag, starting after `after` (null: from the start). */
export async function listImageAccessories(
  db: Database,
  imageId: number,
  after: AccessoryKey | null,
  limit: number,
): Promise<ListedAccessory[]> {
  const [subject, tag] = after ?? ['', ''];
  const rows = await db.all<Stored<ListedAccessory>>(sql`
    SELECT ${ACCESSORY}, t.subject,
        (SELECT s.digest FROM manifests AS s WHERE s.image_id = ${imageId}
          AND s.digest >= t.subject AND s.digest < t.subject || 'g' AND s.deleted_at IS NULL
          LIMIT 1) AS attachedTo
      FROM (SELECT * FROM tags INDEXED BY tags_by_subject
          WHERE image_id = ${imageId} AND subject IS NOT NULL
            AND (subject, name) > (${subject}, ${tag})
          ORDER BY subject, name LIMIT ${limit}) AS t
        CROSS JOIN manifests AS m ON m.id = t.manifest_id
      ORDER BY t.subject, t.name`);
  return rows.map(toRecord<ListedAccessory>);
}
