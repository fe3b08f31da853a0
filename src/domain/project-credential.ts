import { toHex } from './hex.ts';

/** What a client signs in with to push for a project. */
export interface ProjectCredential {
  readonly username: string;
  readonly password: string;
}

const USERNAME = /^project-([1-9][0-9]{0,14})$/;

/** The user name of a project's credential; no user's name begins so. */
export function projectUsername(projectId: number): string {
  return `project-${projectId}`;
}

/** The project that a user name belongs to; null if it is a user's name. */
export function parseProjectUsername(username: string): number | null {
  const match = USERNAME.exec(username);
  return match ? Number(match[1]) : null;
}

/**
 * The push credential of a project. It is derived, not stored: 160 bits of
 * HMAC-SHA256(key, project and version). So it can be shown again without a secret in the
 * database, and a higher version revokes the old one.
 *
 * @param key the platform's CREDENTIAL_KEY
 * @param version the project's credential_version
 */
export async function deriveProjectCredential(
  key: string,
  projectId: number,
  version: number,
): Promise<ProjectCredential> {
  const hmac = { name: 'HMAC', hash: 'SHA-256' };
  const encoder = new TextEncoder();
  const imported = await crypto.subtle.importKey('raw', encoder.encode(key), hmac, false, ['sign']);
  const message = encoder.encode(`project-credential:${projectId}:${version}`);
  const mac = new Uint8Array(await crypto.subtle.sign('HMAC', imported, message)).subarray(0, 20);
  return { username: projectUsername(projectId), password: `orp_${toHex(mac)}` };
}
