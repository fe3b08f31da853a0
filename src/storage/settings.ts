import { eq } from 'drizzle-orm';
import type { Database } from './database.ts';
import { settings } from './schema.ts';

/** Whether public workspaces may be pulled from without signing in. Off until an admin says so. */
export async function isAnonymousPullOn(db: Database): Promise<boolean> {
  const [row] = await db
    .select({ value: settings.value })
    .from(settings)
    .where(eq(settings.name, 'anonymous_pull'));
  return row?.value === 'true';
}
