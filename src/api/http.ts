import type { Context as HonoContext } from 'hono';
import type { Principal } from '../auth/principal.ts';
import type { SignedIn } from '../auth/sessions.ts';
import { DAY_MS } from '../domain/time.ts';
import type { Config, Env } from '../env.ts';
import type { RepositoryContext } from '../registry/context.ts';
import type { Services } from '../services.ts';
import type { ProjectRecord } from '../storage/accounts/projects.ts';
import type { TrashRecord } from '../storage/trash/trash.ts';
import type { WorkspaceRecord } from '../storage/workspaces/workspaces.ts';

/** What the guard of /api sets for the handlers. */
export interface ApiEnv {
  Bindings: Env;
  Variables: {
    config: Config;
    services: Services;
    principal: Principal;
    /** The browser's session; null for Basic and Bearer. */
    session: SignedIn['session'] | null;
    /** Set where the path names a project or a workspace. */
    project: ProjectRecord;
    workspace: WorkspaceRecord;
    /** Set where the path names an item in the trash. */
    trash: TrashRecord;
    /** Set where the path names an image, which exists: the context of its operations. */
    repo: RepositoryContext;
    imageId: number;
  };
}

export type ApiContext = HonoContext<ApiEnv>;

/** Formats a time of the database (ms since 1970) for the API: RFC 3339, UTC. */
export function formatTime(ms: number): string;
export function formatTime(ms: number | null): string | null;
export function formatTime(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}

/** Formats a day (days since 1970, UTC) for the API. */
export function formatDay(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}

/**
 * The user who makes the request, in endpoints that only users may call.
 * @throws Error if another principal called the endpoint
 */
export function requireUser(c: ApiContext): Principal & { kind: 'user' } {
  const principal = c.var.principal;
  if (principal.kind !== 'user') throw new Error('this endpoint must be limited to users');
  return principal;
}
