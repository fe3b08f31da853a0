import { eq } from 'drizzle-orm';
import type { Database } from './database.ts';
import { projects } from './schema.ts';

/** The version of a project's push credential; null when there is no such project. */
export async function findCredentialVersion(
  db: Database,
  projectId: number,
): Promise<number | null> {
  const [row] = await db
    .select({ version: projects.credentialVersion })
    .from(projects)
    .where(eq(projects.id, projectId));
  return row?.version ?? null;
}
