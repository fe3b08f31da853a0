import { type SQL, sql } from 'drizzle-orm';
import type { PageRequest } from '../../domain/paging.ts';
import { isAccessToken } from '../accounts/access-tokens.ts';
import { isUser, type UserKey } from '../accounts/users.ts';
import type { Lookup } from '../lookups.ts';
import { type Visibility, visibleWorkspaces } from './images.ts';

/** Who lists images: what is visible to them, or a user or robot who has not been read yet. */
export type Viewer = Visibility | { readonly user: UserKey } | { readonly robot: number };

/**
 * Looks up the full names of the images that a viewer may see, ordered by workspace and then image,
 * starting after `page.last`, a full name.
 */
export function visibleImagesLookup(viewer: Viewer, page: PageRequest): Lookup<readonly string[]> {
  const [workspace = '', ...rest] = page.last.split('/');
  return {
    sql: sql`
      SELECT json_group_array(name) FROM (
        SELECT w.name || '/' || i.name AS name
          FROM workspaces AS w JOIN images AS i ON i.workspace_id = w.id AND i.deleted_at IS NULL
          WHERE w.deleted_at IS NULL AND w.name >= ${workspace} AND ${visibleTo(viewer)}
            AND i.name > iif(w.name = ${workspace}, ${rest.join('/')}, '')
            AND i.published_at IS NOT NULL
          ORDER BY w.name, i.name
          LIMIT ${page.limit})`,
    read: (value) => value as string[],
  };
}

/**
 * The condition on workspaces (as `w`): for a user or a robot that of its visibility (visibilityOf
 * in src/auth), which the limits of an access token or a robot narrow.
 */
function visibleTo(viewer: Viewer): SQL {
  if ('robot' in viewer) return visibleToRobot(viewer.robot);
  if (!('user' in viewer)) return visibleWorkspaces(viewer);
  const key = viewer.user;
  const own = sql`w.project_id IN (SELECT project_id FROM members
    WHERE user_id = (SELECT id FROM users WHERE ${isUser(key)}))`;
  const isAdmin = sql`(SELECT is_admin FROM users WHERE ${isUser(key)})`;
  const isVisible = sql`(w.access = 'public' OR ${own} OR ${isAdmin})`;
  if (!('accessToken' in key)) return isVisible;
  const limits = sql`(SELECT scope FROM access_tokens WHERE ${isAccessToken(key.accessToken)})`;
  return sql`${isVisible}
    AND 'read' IN (SELECT value FROM json_each(${limits}, '$.rights'))
    AND (json_type(${limits}, '$.workspaces') = 'null'
      OR w.name IN (SELECT value FROM json_each(${limits}, '$.workspaces')))`;
}

function visibleToRobot(id: number): SQL {
  const of = (column: SQL) => sql`(SELECT ${column} FROM robots WHERE id = ${id})`;
  const names = of(sql`workspaces`);
  return sql`(w.access = 'public' OR w.project_id = ${of(sql`project_id`)})
    AND (${names} IS NULL OR w.name IN (SELECT value FROM json_each(${names})))`;
}
