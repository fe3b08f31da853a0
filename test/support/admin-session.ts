import type { Login, Server } from './server.ts';

/** The headers that a browser sends with every request of a session. */
export type SessionHeaders = Readonly<Record<'cookie' | 'origin', string>>;

/** Signs in to the console; returns the headers of the new session. */
export async function signInToConsole(origin: string, login: Login): Promise<SessionHeaders> {
  const answer = await fetch(`${origin}/api/v1/session`, {
    method: 'POST',
    headers: { origin, 'content-type': 'application/json' },
    body: JSON.stringify(login),
  });
  if (!answer.ok) throw new Error(`sign-in: ${answer.status} ${await answer.text()}`);
  const [cookie = ''] = (answer.headers.get('set-cookie') ?? '').split(';');
  return { cookie, origin };
}

const ADMIN_PASSWORD = 'a password of the tests 7';
const sessions = new WeakMap<Server, Promise<SessionHeaders>>();

/** The admin of a server, after adminSession has replaced the generated password. */
export function ownAdmin({ admin }: Server): Login {
  return { ...admin, password: ADMIN_PASSWORD };
}

/** A session of the admin, whose generated password it replaces; one for each server. */
export function adminSession(server: Server): Promise<SessionHeaders> {
  const begun = sessions.get(server) ?? begin(server);
  sessions.set(server, begun);
  return begun;
}

async function begin({ origin, admin }: Server): Promise<SessionHeaders> {
  const headers = await signInToConsole(origin, admin);
  const change = { currentPassword: admin.password, newPassword: ADMIN_PASSWORD };
  const answer = await fetch(`${origin}/api/v1/account/password`, {
    method: 'PUT',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify(change),
  });
  if (!answer.ok) throw new Error(`password: ${answer.status} ${await answer.text()}`);
  return headers;
}

/** Lets the push credential of the first project delete versions, as its owner does in the console. */
export async function letCredentialDelete(server: Server): Promise<void> {
  const answer = await fetch(`${server.origin}/api/v1/projects/1`, {
    method: 'PATCH',
    headers: { ...(await adminSession(server)), 'content-type': 'application/json' },
    body: JSON.stringify({ robotDeletes: true }),
  });
  if (!answer.ok) throw new Error(`project: ${answer.status} ${await answer.text()}`);
}
