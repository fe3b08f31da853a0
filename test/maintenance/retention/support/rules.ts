/** Workspaces with images and tags of any age, written straight into the database. */
import type { RetentionRules } from '../../../../src/domain/retention.ts';
import { unique } from '../../../support/worker/content.ts';
import { query } from '../../../support/worker/database.ts';
import { makeProject, makeWorkspace } from '../../../support/worker/people.ts';

export const DAY = 24 * 60 * 60 * 1000;

/** A version as a test makes it; times in ms. */
export interface MadeVersion {
  readonly image: string;
  readonly tag: string;
  readonly pushedAt: number;
  readonly pulledAt: number | null;
  readonly usedAt: number | null;
  /** How its tag attaches it to another version of the image, or (null) to none that is there. */
  readonly attachedTo?: string | null;
}

export const fullName = ({ image, tag }: { image: string; tag: string }) => `${image}:${tag}`;

/** A workspace with versions of its own, each with a manifest of its own. */
export async function makeVersions(
  versions: readonly MadeVersion[],
): Promise<{ readonly id: number; readonly name: string }> {
  const name = await makeWorkspace(await makeProject());
  const [row] = await query<{ id: number }>('SELECT id FROM workspaces WHERE name = ?', name);
  const id = row?.id ?? 0;
  const digests = new Map(versions.map((one) => [fullName(one), unique('sha256:manifest')]));
  const json = JSON.stringify(
    versions.map((version) => ({
      ...version,
      digest: digests.get(fullName(version)),
      subject: subjectOf(version, digests),
    })),
  );
  await query(
    `INSERT INTO images (workspace_id, project_id, name, created_at, updated_at, published_at)
      SELECT DISTINCT w.id, w.project_id, value ->> 'image', 0, 0, 1
        FROM json_each(?), workspaces AS w WHERE w.id = ?`,
    ...[json, id],
  );
  const from = `FROM json_each(?) JOIN images AS i
    ON i.workspace_id = ${id} AND i.name = value ->> 'image'`;
  await query(
    `INSERT INTO manifests
        (image_id, workspace_id, digest, media_type, size, content_size, content, pushed_at,
          pushed_by, last_pulled_at, last_used_at)
      SELECT i.id, i.workspace_id, value ->> 'digest', 'x', 1, 10, '{}', 0, 'x', value ->> 'pulledAt', value ->> 'usedAt' ${from}`,
    json,
  );
  await query(
    `INSERT INTO tags
        (image_id, name, manifest_id, created_at, updated_at, updated_by, subject)
      SELECT i.id, value ->> 'tag', m.id, 0, value ->> 'pushedAt', 'x', value ->> 'subject'
        ${from} JOIN manifests AS m ON m.image_id = i.id AND m.digest = value ->> 'digest'`,
    json,
  );
  return { id, name };
}

/** The digest of what a version is attached to, or another one; null: it is a version. */
function subjectOf(
  { image, attachedTo }: MadeVersion,
  digests: ReadonlyMap<string, string>,
): string | null {
  if (attachedTo === undefined) return null;
  return digests.get(fullName({ image, tag: attachedTo ?? '' })) ?? 'sha256:elsewhere';
}

export async function setRules(workspace: number, rules: RetentionRules | null): Promise<void> {
  await query(
    'UPDATE workspaces SET retention = ? WHERE id = ?',
    ...[rules && JSON.stringify(rules), workspace],
  );
}

/** Full names of a workspace's versions, or of those in the trash, sorted. */
export async function versionsOf(workspace: number, table = 'tags'): Promise<string[]> {
  const rows = await query<{ name: string }>(
    `SELECT i.name || ':' || t.name AS name FROM ${table} AS t
      JOIN images AS i ON i.id = t.image_id WHERE i.workspace_id = ?`,
    workspace,
  );
  return rows.map((row) => row.name).sort();
}
