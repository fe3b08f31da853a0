import {
  eraseInHelper,
  getFromHelper,
  type StoredSecret,
  storeInHelper,
} from './credential-helper.ts';
import { type DockerConfig, readDockerConfig, writeDockerConfig } from './docker-config.ts';

/** A credential for a registry. */
export type RegistryCredential =
  | { readonly kind: 'password'; readonly username: string; readonly password: string }
  | { readonly kind: 'identity-token'; readonly token: string };

/** The user name that docker stores an identity token under. */
const TOKEN_USER = '<token>';

/** Docker's credential for a registry, from the helper in its config, else from the config. */
export async function findCredential(host: string): Promise<RegistryCredential | null> {
  const config = await readDockerConfig();
  const helper = helperOf(config, host);
  for (const server of helper ? serversOf(host) : []) {
    const stored = await getFromHelper(helper ?? '', server);
    if (stored) return toCredential(stored);
  }
  for (const server of serversOf(host)) {
    const entry = config.auths?.[server];
    if (entry?.identitytoken) return { kind: 'identity-token', token: entry.identitytoken };
    const stored = entry?.auth ? decodeAuth(entry.auth) : null;
    if (stored) return toCredential(stored);
  }
  return null;
}

/** Stores a user name and a password where docker would. Returns a name for that place. */
export async function storeCredential(host: string, stored: StoredSecret): Promise<string> {
  const config = await readDockerConfig();
  const helper = helperOf(config, host);
  if (helper) await storeInHelper(helper, host, stored);
  const secret = Buffer.from(`${stored.username}:${stored.secret}`).toString('base64');
  // Docker also lists the credentials of its helper in the config.
  const auths = { ...config.auths, [host]: helper ? {} : { auth: secret } };
  await writeDockerConfig({ ...config, auths });
  return helper ? `docker-credential-${helper}` : "docker's config";
}

/** Removes docker's credential for a registry; false if there was none. */
export async function eraseCredential(host: string): Promise<boolean> {
  const config = await readDockerConfig();
  const known = (await findCredential(host)) !== null;
  const helper = helperOf(config, host);
  if (helper) for (const server of serversOf(host)) await eraseInHelper(helper, server);
  const auths = { ...config.auths };
  for (const server of serversOf(host)) delete auths[server];
  if (config.auths) await writeDockerConfig({ ...config, auths });
  return known;
}

function helperOf(config: DockerConfig, host: string): string | null {
  return config.credHelpers?.[host] ?? (config.credsStore || null);
}

/** The keys that newer and older versions of docker use for a registry. */
function serversOf(host: string): string[] {
  if (host === 'docker.io') return ['https://index.docker.io/v1/'];
  return [host, `https://${host}`, `http://${host}`];
}

function decodeAuth(text: string): StoredSecret | null {
  const pair = Buffer.from(text, 'base64').toString('utf8').replace(/\0+$/, '');
  const colon = pair.indexOf(':');
  return colon < 0 ? null : { username: pair.slice(0, colon), secret: pair.slice(colon + 1) };
}

function toCredential({ username, secret }: StoredSecret): RegistryCredential {
  if (username === TOKEN_USER) return { kind: 'identity-token', token: secret };
  return { kind: 'password', username, password: secret };
}
