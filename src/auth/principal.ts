import type { Role } from '../domain/roles.ts';
import type { Visibility } from '../storage/images.ts';

/** Who makes a request, as the database knew it when the request came. */
export type Principal =
  | { readonly kind: 'nobody' }
  | {
      readonly kind: 'user';
      readonly id: number;
      readonly name: string;
      readonly isAdmin: boolean;
      readonly roles: ReadonlyMap<number, Role>;
      /** Changes with everything that ends what was signed in the user's name. */
      readonly stamp: string;
    }
  | {
      readonly kind: 'project';
      readonly projectId: number;
      readonly name: string;
      readonly stamp: string;
    };

export const NOBODY: Principal = { kind: 'nobody' };

/** The name that history and audit keep. */
export function principalName(principal: Principal): string {
  return principal.kind === 'nobody' ? 'nobody' : principal.name;
}

/** A principal's identity inside a token: `user:<id>`, `project:<id>` or `nobody`. */
export function formatSubject(principal: Principal): string {
  if (principal.kind === 'user') return `user:${principal.id}`;
  if (principal.kind === 'project') return `project:${principal.projectId}`;
  return 'nobody';
}

/** Whose images a principal may read. */
export function visibilityOf(principal: Principal): Visibility {
  if (principal.kind === 'nobody') return { projectIds: [], public: false };
  if (principal.kind === 'project') return { projectIds: [principal.projectId], public: true };
  if (principal.isAdmin) return 'all';
  return { projectIds: [...principal.roles.keys()], public: true };
}
