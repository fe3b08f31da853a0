import { and, isNull, sql } from 'drizzle-orm';
import type { AccessLevel } from '../domain/roles.ts';
import type { Database } from './database.ts';
import { workspaces } from './schema.ts';

/** What a decision about access needs to know of a workspace. */
export interface WorkspaceFacts {
  readonly name: string;
  readonly projectId: number;
  readonly access: AccessLevel;
}

/** Workspaces by name, in one query; names that do not exist are left out. */
export async function findWorkspaces(
  db: Database,
  names: readonly string[],
): Promise<Map<string, WorkspaceFacts>> {
  if (names.length === 0) return new Map();
  const rows = await db
    .select({
      name: workspaces.name,
      projectId: workspaces.projectId,
      access: workspaces.access,
    })
    .from(workspaces)
    .where(
      and(
        sql`${workspaces.name} IN (SELECT value FROM json_each(${JSON.stringify(names)}))`,
        isNull(workspaces.deletedAt),
      ),
    );
  return new Map(rows.map((row) => [row.name, row]));
}
