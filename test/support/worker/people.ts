import { hashPassword, hashSecret } from '../../../src/auth/secrets.ts';
import { deriveProjectCredential } from '../../../src/domain/project-credential.ts';
import type { AccessLevel, Role, TokenRight } from '../../../src/domain/roles.ts';
import { unique } from './content.ts';
import { bindings, query } from './database.ts';
import { basic } from './registry-client.ts';

export const PASSWORD = 'a password of the tests';

let hash: Promise<string> | undefined;

async function insert(sql: string, ...values: unknown[]): Promise<number> {
  const [row] = await query<{ id: number }>(`${sql} RETURNING id`, ...values);
  return row?.id ?? 0;
}

/** A user with roles in projects, and the header that signs in. */
export interface User {
  readonly id: number;
  readonly name: string;
  readonly authorization: string;
}

export async function makeUser(roles: Readonly<Record<number, Role>> = {}): Promise<User> {
  hash ??= hashPassword(PASSWORD);
  const name = unique('user');
  const id = await insert(
    'INSERT INTO users (name, password_hash, created_at) VALUES (?, ?, 0)',
    name,
    await hash,
  );
  for (const [project, role] of Object.entries(roles)) {
    await query(
      'INSERT INTO members (project_id, user_id, role, created_at) VALUES (?, ?, ?, 0)',
      Number(project),
      id,
      role,
    );
  }
  return { id, name, authorization: basic(name, PASSWORD) };
}

export async function makeProject(): Promise<number> {
  return await insert(
    'INSERT INTO projects (department_id, name, created_at) VALUES (1, ?, 0)',
    unique('project'),
  );
}

/** The header that signs in with a project's push credential. */
export async function projectAuthorization(project: number, version = 1): Promise<string> {
  const { username, password } = await deriveProjectCredential(
    bindings.CREDENTIAL_KEY,
    project,
    version,
  );
  return basic(username, password);
}

/** The header that signs a user in with a personal access token of these rights, in these workspaces (null: all). */
export async function tokenAuthorization(
  { id, name }: User,
  rights: readonly TokenRight[],
  workspaces: readonly string[] | null = null,
): Promise<string> {
  const secret = unique('orlop_');
  await insert(
    `INSERT INTO access_tokens (user_id, name, token_hash, scope, created_at)
      VALUES (?, ?, ?, ?, 1000 * unixepoch())`,
    id,
    secret,
    hashSecret(bindings.CREDENTIAL_KEY, secret),
    JSON.stringify({ rights, workspaces }),
  );
  return basic(name, secret);
}

/** A workspace of a project; answers its name. */
export async function makeWorkspace(
  project: number,
  access: AccessLevel = 'private',
): Promise<string> {
  const name = unique('workspace');
  await insert(
    `INSERT INTO workspaces (project_id, name, access, created_at, created_by)
      VALUES (?, ?, ?, 0, 'test')`,
    project,
    name,
    access,
  );
  return name;
}

/** A workspace with a push credential that may push to it and delete versions. */
export async function makePlace(
  access: AccessLevel = 'private',
): Promise<{ project: number; workspace: string; developer: string }> {
  const project = await makeProject();
  await query('UPDATE projects SET robot_deletes = 1 WHERE id = ?', project);
  const workspace = await makeWorkspace(project, access);
  return { project, workspace, developer: await projectAuthorization(project) };
}

export async function trashWorkspace(name: string): Promise<void> {
  await query('UPDATE workspaces SET deleted_at = 1 WHERE name = ?', name);
}

export async function trashImage(id: number): Promise<void> {
  await query('UPDATE images SET deleted_at = 1 WHERE id = ?', id);
}
