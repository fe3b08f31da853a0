import { RegistryError } from '../domain/errors.ts';
import type { Role, SignInKind, TokenLimits } from '../domain/roles.ts';
import type { Visibility } from '../storage/workspaces/images.ts';

/** Who makes a request, as the database described them when it was asked. */
export type Principal =
  | {
      readonly kind: 'anonymous';
      /** Whether the platform lets anonymous users pull from public workspaces. */
      readonly mayPull: boolean;
    }
  | {
      readonly kind: 'user';
      readonly id: number;
      readonly name: string;
      readonly isAdmin: boolean;
      readonly roles: ReadonlyMap<number, Role>;
      /** Whether a generated password must be replaced before anything else, see requireOwnPassword. */
      readonly mustChangePassword: boolean;
      /** The access token that the user showed instead of a password, and its limits; null: none. */
      readonly tokenId: number | null;
      readonly limits: TokenLimits | null;
      /** The refresh token that the user's registry token came from; null: none. */
      readonly refreshTokenId: number | null;
      /** When either of these tokens expires, ms since 1970; null: none was shown. */
      readonly endsAt: number | null;
      /** Whether the user is signed in to the console. */
      readonly inSession: boolean;
      /** Changes with everything that ends the tokens signed for the user. */
      readonly stamp: string;
      /** The part of the stamp that the database raises by itself; no secret. */
      readonly epoch: number;
    }
  | {
      /** The push credential of a project, or one of its robots. */
      readonly kind: 'robot';
      /** Null: the push credential. */
      readonly robotId: number | null;
      readonly projectId: number;
      /** Whether an owner of the project lets it delete versions. */
      readonly mayDelete: boolean;
      readonly name: string;
      /** The limits of a robot; null: none. */
      readonly limits: TokenLimits | null;
      /** When it expires, ms since 1970; null: never. */
      readonly endsAt: number | null;
      readonly stamp: string;
      /** The version of the push credential; a robot's epoch. */
      readonly epoch: number;
    };

/** An anonymous user who may pull nothing: where it is not, or need not be, known whether they may. */
export const ANONYMOUS: Principal = { kind: 'anonymous', mayPull: false };

/** How a principal has signed in. */
export function signInOf(principal: Principal): SignInKind {
  if (principal.kind === 'anonymous') return 'none';
  if (principal.kind === 'robot') return 'robot';
  if (principal.tokenId !== null) return 'token';
  return principal.inSession ? 'session' : 'password';
}

/**
 * Whoever received a generated password could read it. Until the user has replaced it, it opens
 * nothing but that change, and neither does a token of the user.
 * @throws RegistryError PASSWORD_CHANGE_REQUIRED
 */
export function requireOwnPassword(principal: Principal): void {
  if (principal.kind === 'user' && principal.mustChangePassword) {
    throw new RegistryError('PASSWORD_CHANGE_REQUIRED');
  }
}

/** The name that history records. No user may be called `nobody`. */
export function principalName(principal: Principal): string {
  return principal.kind === 'anonymous' ? 'nobody' : principal.name;
}

/** As much of a principal as a signed token or a decision says of it. */
export interface Identity {
  /** See formatSubject. */
  readonly subject: string;
  /** The principal's stamp; empty for anonymous. */
  readonly stamp: string;
  /** The principal's epoch; 0 for anonymous. */
  readonly epoch: number;
  /** See principalName. */
  readonly name: string;
  /** When what was shown expires, as far as the database knows, ms since 1970; null: never. */
  readonly endsAt: number | null;
}

export function identityOf(principal: Principal): Identity {
  return {
    subject: formatSubject(principal),
    stamp: principal.kind === 'anonymous' ? '' : principal.stamp,
    epoch: principal.kind === 'anonymous' ? 0 : principal.epoch,
    name: principalName(principal),
    endsAt: principal.kind === 'anonymous' ? null : principal.endsAt,
  };
}

/**
 * A principal's identity inside a token: `user:<id>`, `token:<id>`, `refresh:<id>`, `project:<id>`,
 * `robot:<id>` or `anonymous`.
 */
export function formatSubject(principal: Principal): string {
  if (principal.kind === 'user') {
    if (principal.refreshTokenId !== null) return `refresh:${principal.refreshTokenId}`;
    return principal.tokenId === null ? `user:${principal.id}` : `token:${principal.tokenId}`;
  }
  if (principal.kind === 'anonymous') return 'anonymous';
  const { robotId, projectId } = principal;
  return robotId === null ? `project:${projectId}` : `robot:${robotId}`;
}

/** The kind and the id that formatSubject has written; the id is NaN for anonymous. */
export function parseSubject(subject: string): { readonly kind: string; readonly id: number } {
  const [kind = '', id] = subject.split(':');
  return { kind, id: Number(id) };
}

/** The images that a principal may read. */
export function visibilityOf(principal: Principal): Visibility {
  if (principal.kind === 'anonymous') return { projectIds: [], public: false, names: null };
  const { limits } = principal;
  if (limits && !limits.rights.includes('read')) {
    return { projectIds: [], public: false, names: null };
  }
  const names = limits?.workspaces ?? null;
  const sees = principal.kind === 'user' && principal.isAdmin ? 'all' : ownProjects(principal);
  return { projectIds: sees, public: true, names };
}

/** The projects that a principal belongs to, whatever its limits: their images are its own. */
export function ownProjects(principal: Principal): readonly number[] {
  if (principal.kind === 'anonymous') return [];
  return principal.kind === 'robot' ? [principal.projectId] : [...principal.roles.keys()];
}
