/** A member's role in a project. */
export const ROLES = ['viewer', 'developer', 'owner'] as const;
export type Role = (typeof ROLES)[number];

/** Whether others than the project's members may see a workspace. */
export const ACCESS_LEVELS = ['private', 'public'] as const;
export type AccessLevel = (typeof ACCESS_LEVELS)[number];

/** What a principal is to a workspace: the rows of the permission table. */
export const STANDINGS = ['anonymous', 'outsider', ...ROLES, 'admin'] as const;
export type Standing = (typeof STANDINGS)[number];

/** Everything that can be done with a workspace and its images. */
export const ACTIONS = [
  'image:pull',
  'image:push',
  'image:delete',
  'image:edit',
  'workspace:view',
  'workspace:edit',
  'workspace:delete',
  'project:manage',
] as const;
export type Action = (typeof ACTIONS)[number];

const NONE: readonly Action[] = [];
const READ: readonly Action[] = ['image:pull', 'workspace:view'];
const WORK: readonly Action[] = [
  ...READ,
  'image:push',
  'image:delete',
  'image:edit',
  'workspace:edit',
  'workspace:delete',
];

/**
 * The permission table. The row `anonymous` holds only while the platform's anonymous pull is
 * switched on.
 */
export const PERMISSIONS: Record<Standing, Record<AccessLevel, readonly Action[]>> = {
  anonymous: { private: NONE, public: ['image:pull'] },
  outsider: { private: NONE, public: ['image:pull'] },
  viewer: { private: READ, public: READ },
  developer: { private: WORK, public: WORK },
  owner: { private: ACTIONS, public: ACTIONS },
  admin: { private: ACTIONS, public: ACTIONS },
};

/** Whether the table allows an action. */
export function isAllowed(standing: Standing, access: AccessLevel, action: Action): boolean {
  return PERMISSIONS[standing][access].includes(action);
}

/** What a personal access token can allow. */
export const TOKEN_RIGHTS = ['read', 'write', 'delete'] as const;
export type TokenRight = (typeof TOKEN_RIGHTS)[number];

/** The right that a token needs for an action; null: no token is enough, a user must sign in. */
const RIGHT_OF: Record<Action, TokenRight | null> = {
  'image:pull': 'read',
  'image:push': 'write',
  'image:delete': 'delete',
  'image:edit': 'write',
  'workspace:view': 'read',
  'workspace:edit': 'write',
  'workspace:delete': 'delete',
  'project:manage': null,
};

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
