import { hashSecret } from '../../../src/auth/secrets.ts';
import { robotUsername } from '../../../src/domain/robots.ts';
import { unique } from './content.ts';
import { bindings, query } from './database.ts';
import { basic } from './registry-client.ts';

/** Creates a robot of a project; without `limits` it pulls and pushes in all workspaces. */
export async function makeRobot(
  project: number,
  { mayPush = true, workspaces = null, expiresAt = null }: Partial<Limits> = {},
): Promise<{ id: number; name: string; authorization: string }> {
  const secret = unique('orr_');
  const name = unique('robot');
  const [row] = await query<{ id: number }>(
    `INSERT INTO robots (project_id, name, secret_hash, may_push, workspaces, expires_at, created_at)
      VALUES (?, ?, ?, ?, ?, ?, 0) RETURNING id`,
    ...[project, name, hashSecret(bindings.CREDENTIAL_KEY, secret), Number(mayPush)],
    ...[workspaces && JSON.stringify(workspaces), expiresAt],
  );
  return { id: row?.id ?? 0, name, authorization: basic(robotUsername(project, name), secret) };
}

interface Limits {
  readonly mayPush: boolean;
  readonly workspaces: readonly string[] | null;
  readonly expiresAt: number | null;
}
