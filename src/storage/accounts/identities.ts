import { type SQL, sql } from 'drizzle-orm';
import type { Standing } from '../../domain/roles.ts';
import { isInForce } from './access-tokens.ts';
import { isRefreshToken } from './refresh-tokens.ts';
import { isSameRobot } from './robots.ts';

/** Who was let in, and the facts that this was decided by. */
export interface DecidedIdentity {
  /** Of the identity's subject. */
  readonly kind: string;
  readonly id: number;
  readonly name: string;
  readonly stamp: string;
  readonly epoch: number;
  readonly standing: Standing;
}

/** The condition that an identity has not ended, and is the same in a project. */
export function isSameIdentity(decided: DecidedIdentity, projectId: number, now: number): SQL {
  const { kind, id, name, epoch, standing } = decided;
  if (kind === 'project') {
    return sql`EXISTS (SELECT 1 FROM projects WHERE id = ${id} AND credential_version = ${epoch})`;
  }
  if (kind === 'robot') {
    return sql`EXISTS (SELECT 1 FROM robots WHERE ${isSameRobot(id, epoch, now)})`;
  }
  return sql`EXISTS (SELECT 1 FROM users AS u
    WHERE u.id = ${userOf(decided, now)} AND u.name = ${name} AND u.token_epoch = ${epoch}
      AND u.disabled_at IS NULL AND u.must_change_password = 0 AND u.password_hash IS NOT NULL
      AND ${standing} = iif(u.is_admin, 'admin', coalesce((
        SELECT role FROM members WHERE user_id = u.id AND project_id = ${projectId}), 'outsider')))`;
}

function userOf({ kind, id, stamp }: DecidedIdentity, now: number): SQL {
  if (kind === 'user') return sql`${id}`;
  if (kind === 'token') return sql`(SELECT user_id FROM access_tokens WHERE ${isInForce(id, now)})`;
  return sql`(SELECT user_id FROM refresh_tokens
    WHERE ${isRefreshToken({ id }, now)} AND stamp = ${stamp})`;
}
