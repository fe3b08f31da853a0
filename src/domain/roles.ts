/** A member's role in a project. */
export const ROLES = ['viewer', 'developer', 'owner'] as const;
export type Role = (typeof ROLES)[number];

/** Whether others than the project's members may see a workspace. */
export const ACCESS_LEVELS = ['private', 'public'] as const;
export type AccessLevel = (typeof ACCESS_LEVELS)[number];

/**
 * What a principal is to a workspace: the rows of the permission table. A robot is a credential of
 * its project, and no member of it.
 */
export const STANDINGS = ['anonymous', 'outsider', 'robot', ...ROLES, 'admin'] as const;
export type Standing = (typeof STANDINGS)[number];

/** Everything that can be done with a workspace, its images, and the project that it is in. */
export const ACTIONS = [
  'image:pull',
  'image:push',
  'version:delete',
  'image:delete',
  'image:edit',
  /** View its page. */
  'workspace:open',
  /** View what only members see of it. */
  'workspace:view',
  'workspace:edit',
  /** Change whether it is private or public. */
  'workspace:publish',
  'workspace:delete',
  'workspace:collect',
  /** Delete for good, now or by a shorter time. */
  'trash:purge',
  'credential:view',
  /** View and change where the project's events are sent, with what secrets. */
  'trigger:manage',
  'project:manage',
  /** Change what protects the project: what its robot may, what is reserved, what is immutable. */
  'project:protect',
] as const;
export type Action = (typeof ACTIONS)[number];

/** Those that are done with an image. */
export const IMAGE_ACTIONS = [
  'image:pull',
  'image:push',
  'version:delete',
  'image:delete',
  'image:edit',
  'workspace:view',
] as const satisfies readonly Action[];

const NONE: readonly Action[] = [];
const USE: readonly Action[] = ['image:pull', 'workspace:open'];
const ROBOT: readonly Action[] = ['image:pull', 'image:push', 'version:delete'];
const VIEW: readonly Action[] = [...USE, 'workspace:view'];
const WORK: readonly Action[] = [
  ...VIEW,
  'image:push',
  'version:delete',
  'image:delete',
  'image:edit',
  'workspace:edit',
  'workspace:publish',
  'workspace:delete',
  'workspace:collect',
  'trash:purge',
  'credential:view',
];

/**
 * The permission table. The row `anonymous` holds only while the platform's anonymous pull is
 * switched on; a project may narrow the table (ProjectRules).
 */
export const PERMISSIONS: Record<Standing, Record<AccessLevel, readonly Action[]>> = {
  anonymous: { private: NONE, public: ['image:pull'] },
  outsider: { private: NONE, public: USE },
  robot: { private: ROBOT, public: ROBOT },
  viewer: { private: VIEW, public: VIEW },
  developer: { private: WORK, public: WORK },
  owner: { private: ACTIONS, public: ACTIONS },
  admin: { private: ACTIONS, public: ACTIONS },
};

/** What a personal access token can allow. */
export const TOKEN_RIGHTS = ['read', 'write', 'delete'] as const;
export type TokenRight = (typeof TOKEN_RIGHTS)[number];

/** The right that a token needs for an action; null: no token is enough, a person must sign in. */
const RIGHT_OF: Record<Action, TokenRight | null> = {
  'image:pull': 'read',
  'image:push': 'write',
  'version:delete': 'delete',
  'image:delete': 'delete',
  'image:edit': 'write',
  'workspace:open': 'read',
  'workspace:view': 'read',
  'workspace:edit': 'write',
  'workspace:publish': null,
  'workspace:delete': 'delete',
  'workspace:collect': 'delete',
  'trash:purge': null,
  'credential:view': null,
  'trigger:manage': null,
  'project:manage': null,
  'project:protect': null,
};

/** How a principal has signed in. A token is a personal one; a session is the console's. */
export const SIGN_INS = ['none', 'robot', 'token', 'password', 'session'] as const;
export type SignInKind = (typeof SIGN_INS)[number];

/** Actions that cannot be undone, or that open what was closed: only a session allows them. */
const SESSION_ACTIONS: readonly Action[] = ['workspace:publish', 'trash:purge', 'project:protect'];

/** The most that each kind of sign-in allows, whoever signs in. */
export const SIGN_IN_ACTIONS: Record<SignInKind, readonly Action[]> = {
  none: ['image:pull'],
  robot: ROBOT,
  token: ACTIONS.filter((action) => RIGHT_OF[action] !== null),
  password: ACTIONS.filter((action) => !SESSION_ACTIONS.includes(action)),
  session: ACTIONS,
};

/** What an owner sets for a project. */
export interface ProjectRules {
  /** Whether its push credential may delete versions. */
  readonly robotDeletes: boolean;
  /** Whether only owners may delete for good and change access. */
  readonly ownersOnly: boolean;
}

/** The actions that a project may reserve to its owners. */
const RESERVABLE = ['workspace:publish', 'trash:purge'] as const satisfies readonly Action[];
type ReservableAction = (typeof RESERVABLE)[number];

/** An action that `ownersOnly` does not concern, so that it is decided without that rule. */
export type UnreservedAction = Exclude<Action, ReservableAction>;

/** Whether the table and the kind of sign-in allow an action. */
export function isAllowed(
  standing: Standing,
  access: AccessLevel,
  action: Action,
  signIn: SignInKind,
): boolean {
  return PERMISSIONS[standing][access].includes(action) && SIGN_IN_ACTIONS[signIn].includes(action);
}

/** Whether a project's rules allow an action that the table allows. */
export function isWithinRules(rules: ProjectRules, standing: Standing, action: Action): boolean {
  if (standing === 'robot' && action === 'version:delete') return rules.robotDeletes;
  const isReserved = rules.ownersOnly && RESERVABLE.some((one) => one === action);
  return !isReserved || standing === 'owner' || standing === 'admin';
}

/** What a token is limited to, even if its owner may do more. */
export interface TokenLimits {
  readonly rights: readonly TokenRight[];
  /** Names of workspaces; null: all. */
  readonly workspaces: readonly string[] | null;
}

/** Whether a token's limits allow an action in a workspace; no limits allow everything. */
export function isWithinLimits(
  limits: TokenLimits | null,
  workspace: string,
  action: Action,
): boolean {
  if (limits === null) return true;
  const right = RIGHT_OF[action];
  const inPlace = limits.workspaces === null || limits.workspaces.includes(workspace);
  return inPlace && right !== null && limits.rights.includes(right);
}
