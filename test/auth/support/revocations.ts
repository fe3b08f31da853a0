import { hashPassword } from '../../../src/auth/secrets.ts';
import { query } from '../../support/worker/database.ts';
import { trashWorkspace } from '../../support/worker/people.ts';
import { storeAnonymousPull } from '../../support/worker/settings.ts';
import {
  byAccessToken,
  byCredential,
  byNothing,
  byPassword,
  byRefreshToken,
  byRobot,
  byStranger,
  byTemporaryLogin,
  type Client,
  type Scene,
} from './scenes.ts';

/** Something that ends rights. */
export interface Revocation {
  readonly who: Client;
  readonly access?: 'public';
  /** What no isolate knows of. */
  readonly end: (scene: Scene) => Promise<unknown>;
  /** The statuses of a read and of a push once the database is asked; null: it may. */
  readonly refused: readonly [number | null, number | null];
}

export const setUser = (column: string, value: unknown) => (scene: Scene) =>
  query(`UPDATE users SET ${column} = ? WHERE id = ?`, value, scene.user.id);

const setRobot =
  (change: string) =>
  ({ project }: Scene) =>
    query(`UPDATE robots SET ${change} WHERE project_id = ?`, project);

const OF_ROBOTS: Readonly<Record<string, Revocation['end']>> = {
  'the robot is rotated': setRobot("secret_hash = secret_hash || 'x'"),
  'the robot is disabled': setRobot('disabled_at = 1'),
  'the robot expires': setRobot('expires_at = 1'),
  'the robot may use another workspace only': setRobot(`workspaces = '["other"]'`),
  'the robot may only pull': setRobot('may_push = 0'),
  'the robot is deleted': ({ project }) =>
    query('DELETE FROM robots WHERE project_id = ?', project),
};

export const REVOCATIONS: Readonly<Record<string, Revocation>> = {
  'the password is changed': {
    who: byPassword,
    end: async (scene) => setUser('password_hash', await hashPassword('another password'))(scene),
    refused: [401, 401],
  },
  'the user is disabled': {
    who: byPassword,
    end: setUser('disabled_at', 1),
    refused: [401, 401],
  },
  'the member is removed': {
    who: byPassword,
    end: ({ user }) => query('DELETE FROM members WHERE user_id = ?', user.id),
    refused: [403, 403],
  },
  'the role is lowered': {
    who: byPassword,
    end: ({ user }) => query("UPDATE members SET role = 'viewer' WHERE user_id = ?", user.id),
    refused: [null, 403],
  },
  'the workspace is made private': {
    who: byStranger,
    access: 'public',
    end: ({ workspace }) =>
      query("UPDATE workspaces SET access = 'private' WHERE name = ?", workspace),
    refused: [403, 403],
  },
  'the credential is rotated': {
    who: byCredential,
    end: ({ project }) => query('UPDATE projects SET credential_version = 2 WHERE id = ?', project),
    refused: [401, 401],
  },
  'the access token is revoked': {
    who: byAccessToken,
    end: ({ user }) => query('UPDATE access_tokens SET revoked_at = 1 WHERE user_id = ?', user.id),
    refused: [401, 401],
  },
  'the refresh token is ended': {
    who: byRefreshToken,
    end: ({ user }) => query('DELETE FROM refresh_tokens WHERE user_id = ?', user.id),
    refused: [401, 401],
  },
  'the temporary login is ended': {
    who: byTemporaryLogin,
    end: ({ user }) => query('DELETE FROM refresh_tokens WHERE user_id = ?', user.id),
    refused: [401, 401],
  },
  'the password of a temporary login is changed': {
    who: byTemporaryLogin,
    end: async (scene) => setUser('password_hash', await hashPassword('another password'))(scene),
    refused: [401, 401],
  },
  ...Object.fromEntries(
    Object.entries(OF_ROBOTS).map(([name, end]) => [
      name,
      { who: byRobot, end, refused: [401, 401] as const },
    ]),
  ),
  'anonymous pull is switched off': {
    who: byNothing,
    access: 'public',
    end: () => storeAnonymousPull('false'),
    refused: [401, 401],
  },
  'the workspace is deleted': {
    who: byPassword,
    end: ({ workspace }) => trashWorkspace(workspace),
    refused: [403, 403],
  },
};
