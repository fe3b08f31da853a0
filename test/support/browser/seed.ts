import { DatabaseSync } from 'node:sqlite';
import { findDatabase } from '../../../scripts/lib/local-database.ts';
import type { Server } from '../server.ts';

/**
 * Inserts many images into the first workspace, as if they had been pushed, directly into the
 * database of the server, which is stopped meanwhile. Pushing so many would take hours.
 */
export async function seedImages(server: Server, count: number): Promise<void> {
  await server.end();
  const path = findDatabase(server.state);
  if (!path) throw new Error('the server has no database');
  const database = new DatabaseSync(path);
  database
    .prepare(
      `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
        INSERT INTO images (workspace_id, project_id, name, created_at, published_at, updated_at)
          SELECT id, project_id, format('image-%05d', i), i, i, i FROM n, workspaces WHERE id = 1`,
    )
    .run(count);
  database.close();
  await server.restart();
}
