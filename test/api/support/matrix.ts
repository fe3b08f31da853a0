/** All callers of the API, and the places they call it for. */
import { hashSecret } from '../../../src/auth/secrets.ts';
import { type AccessLevel, ROLES, type TokenRight } from '../../../src/domain/roles.ts';
import { sealSecrets } from '../../../src/domain/triggers/sealing.ts';
import {
  type Caller,
  callerOf,
  makeAdmin,
  makeAdminUser,
  signInAs,
} from '../../support/worker/api-client.ts';
import { imageText, sha256, TYPES, unique } from '../../support/worker/content.ts';
import { bindings, query } from '../../support/worker/database.ts';
import {
  makeUser,
  makeWorkspace,
  projectAuthorization,
  type User,
} from '../../support/worker/people.ts';
import { bearer } from '../../support/worker/registry-client.ts';
import { makeRobot } from '../../support/worker/robots.ts';
import { ACTION } from '../../support/worker/triggers.ts';
import { type Cast, makeCast, setRole } from './cast.ts';

/** In the order of the columns of every row. */
export const COLUMNS = [
  'nobody',
  'outsider',
  'viewer',
  'developer',
  'owner',
  'admin',
  'credential of the project',
  'credential of another project',
  'token to read',
  'token to read and write',
  'expired token',
  'revoked token',
  'developer by password',
  'owner by password',
  'admin by password',
  'token to delete',
] as const;
export type Column = (typeof COLUMNS)[number];

/** The caller that differs from place to place. */
const PLACED = 'credential of the project';

/** The authorization of each caller. */
export type Callers = Readonly<Record<Exclude<Column, typeof PLACED>, Caller>>;

/** One of each caller: members of the cast's project, whose owner has the tokens. */
export interface Company {
  readonly cast: Cast;
  readonly passwordUsers: Readonly<Record<'developer' | 'owner', User>>;
  readonly callers: Callers;
}

export async function gatherCompany(): Promise<Company> {
  const cast = await makeCast();
  const { owner } = cast.users;
  const tokens = {
    'token to read': await makeToken(owner.id, ['read']),
    'token to read and write': await makeToken(owner.id, ['read', 'write']),
    'expired token': await makeToken(owner.id, ['read', 'write', 'delete'], 'expires_at'),
    'revoked token': await makeToken(owner.id, ['read', 'write', 'delete'], 'revoked_at'),
    'token to delete': await makeToken(owner.id, ['read', 'write', 'delete']),
  };
  // Users of their own: a request with a password can end the sessions of its user.
  const passwordUsers = { developer: await makeUser(), owner: await makeUser() };
  const byPassword = {
    'developer by password': callerOf(passwordUsers.developer.authorization),
    'owner by password': callerOf(passwordUsers.owner.authorization),
    'admin by password': callerOf((await makeAdminUser()).authorization),
  };
  const other = callerOf(await projectAuthorization(await makeProjectIn(1)));
  return {
    cast,
    passwordUsers,
    callers: {
      ...cast.callers,
      ...tokens,
      ...byPassword,
      'credential of another project': other,
    },
  };
}

/** The authorization of a caller for a place. */
export async function callerAt(
  { cast }: Company,
  callers: Callers,
  column: Column,
  { projectId }: Place,
): Promise<Caller> {
  if (column !== PLACED) return callers[column];
  // A missing project has no credential: then use that of the cast's project.
  return callerOf(await projectAuthorization(projectId < NOTHING ? projectId : cast.project));
}

/** The same callers with sessions of their own, which they may end. */
export async function signInAgain({ cast, callers }: Company): Promise<Callers> {
  const { outsider, viewer, developer, owner } = cast.users;
  return {
    ...callers,
    outsider: await signInAs(outsider),
    viewer: await signInAs(viewer),
    developer: await signInAs(developer),
    owner: await signInAs(owner),
    admin: await makeAdmin(),
  };
}

async function makeToken(
  user: number,
  rights: readonly TokenRight[],
  ended?: 'expires_at' | 'revoked_at',
): Promise<Caller> {
  const secret = `orlop_${unique('secret')}`;
  await query(
    `INSERT INTO access_tokens (user_id, name, token_hash, scope, created_at, ${ended ?? 'expires_at'})
      VALUES (?, ?, ?, ?, 1000 * unixepoch(), ?)`,
    user,
    unique('token'),
    hashSecret(bindings.CREDENTIAL_KEY, secret),
    JSON.stringify({ rights, workspaces: null }),
    ended ? 1 : null,
  );
  return callerOf(bearer(secret));
}

/** What the parameters of a path, and the bodies, name. */
export interface Place {
  readonly departmentId: number;
  readonly projectId: number;
  /** Of a user who is a viewer of the project, and nothing else. */
  readonly userId: number;
  readonly userName: string;
  readonly workspace: string;
  readonly image: string;
  readonly tag: string;
  readonly digest: string;
  /** Of another version of the image. */
  readonly trashId: string;
  /** Of a collection of the workspace. */
  readonly runId: number;
  /** Of a trigger of the project. */
  readonly triggerId: number;
  /** Of a robot of the project. */
  readonly robotId: number;
}

/** Sorts of places; projects and what has no place have `private` and `missing`, or that alone. */
export type Kind = AccessLevel | 'missing';

const MANIFEST = imageText(
  { mediaType: 'application/vnd.oci.empty.v1+json', digest: sha256('{}'), size: 2 },
  [],
);

/** Ids from here on do not exist. */
const NOTHING = 987_000_000;
let missing = NOTHING;

/** A separate place for one call, in a project where the cast has the same roles. */
export async function makePlaceFor({ cast, passwordUsers }: Company, kind: Kind): Promise<Place> {
  const fixed = { image: 'app', tag: 'v1', digest: sha256(MANIFEST) };
  if (kind === 'missing') {
    const id = missing++;
    const names = { userName: unique('nobody'), workspace: unique('workspace') };
    const trashId = `version-${id}`;
    const ids = {
      departmentId: id,
      projectId: id,
      userId: id,
      runId: id,
      triggerId: id,
      robotId: id,
    };
    return { ...fixed, ...names, ...ids, trashId };
  }
  const departmentId = await insert('INSERT INTO departments (name, created_at) VALUES (?, 0)', [
    unique('department'),
  ]);
  const projectId = await makeProjectIn(departmentId);
  for (const role of ROLES) await setRole(projectId, cast.users[role], role);
  for (const role of ['developer', 'owner'] as const) {
    await setRole(projectId, passwordUsers[role], role);
  }
  const { id: userId, name: userName } = await makeUser({ [projectId]: 'viewer' });
  const workspace = await makeWorkspace(projectId, kind);
  const runId = await insert(
    `INSERT INTO collection_runs (workspace_id, started_at, started_by, ended_at, state)
      SELECT id, 0, 'test', 0, 'done' FROM workspaces WHERE name = ?`,
    [workspace],
  );
  const trashId = `version-${await makeImage(workspace, fixed.image, fixed.digest)}`;
  const triggerId = await makeTrigger(projectId);
  const { id: robotId } = await makeRobot(projectId);
  const ids = { departmentId, projectId, userId, runId, triggerId, robotId };
  return { ...fixed, ...ids, userName, workspace, trashId };
}

async function makeProjectIn(department: number): Promise<number> {
  const sql = 'INSERT INTO projects (department_id, name, created_at) VALUES (?, ?, 0)';
  return await insert(sql, [department, unique('project')]);
}

/** A trigger whose address is none that requests may go to. */
async function makeTrigger(projectId: number): Promise<number> {
  const secrets = { signing: 'whsec_AAAA', previous: null, secret: null };
  const { sealed, keyId } = await sealSecrets(bindings.CREDENTIAL_KEY, projectId, secrets);
  return await insert(
    `INSERT INTO triggers (project_id, name, enabled, events, images, tags, action, secrets,
        key_id, origin, created_at, updated_at)
      VALUES (?, 'trigger', 1, '[]', '[]', '[]', ?, ?, ?, 'https://localhost', 0, 0)`,
    [projectId, JSON.stringify({ ...ACTION, url: 'http://receiver.example.com' }), sealed, keyId],
  );
}

/** An image of one version, which has no blobs, and of another in the trash; answers its number there. */
async function makeImage(workspace: string, name: string, digest: string): Promise<number> {
  const id = await insert(
    `INSERT INTO images (workspace_id, project_id, name, created_at, updated_at, published_at)
      SELECT id, project_id, ?, 0, 0, 0 FROM workspaces WHERE name = ?`,
    [name, workspace],
  );
  const manifestId = await insert(
    `INSERT INTO manifests
        (image_id, workspace_id, digest, media_type, size, content_size, content, pushed_at,
          pushed_by)
      SELECT id, workspace_id, ?, ?, ?, 2, ?, 0, 'test' FROM images WHERE id = ?`,
    [digest, TYPES.image, MANIFEST.length, MANIFEST, id],
  );
  await query(
    `INSERT INTO tags (image_id, name, manifest_id, created_at, updated_at, updated_by)
      VALUES (?, 'v1', ?, 0, 0, 'test')`,
    ...[id, manifestId],
  );
  await query(
    `INSERT INTO trashed_tags
        (image_id, name, manifest_id, created_at, updated_at, updated_by, deleted_at, deleted_by)
      VALUES (?, 'gone', ?, 0, 0, 'test', ?, 'test')`,
    ...[id, manifestId, Date.now()],
  );
  const [row] = await query<{ id: number }>('SELECT id FROM trash WHERE image_id = ?', id);
  return row?.id ?? 0;
}

async function insert(sql: string, values: readonly unknown[]): Promise<number> {
  const [row] = await query<{ id: number }>(`${sql} RETURNING id`, ...values);
  return row?.id ?? 0;
}
