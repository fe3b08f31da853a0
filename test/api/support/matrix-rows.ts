/**
 * What every caller gets from every endpoint. A column is a status; `yes` for the endpoint's own
 * success, `none` for a list that shows nothing. Callers in the order of COLUMNS:
 *
 *   nobody · outsider · viewer · developer · owner · admin · credential · another's credential ·
 *   token to read · token to read and write · expired token · revoked token
 */
import { unique } from '../../support/worker/content.ts';
import { PASSWORD } from '../../support/worker/people.ts';
import type { Kind, Place } from './matrix.ts';

type Outcomes = Partial<Record<Kind, string>>;

export interface Row {
  /** For each kind of place. */
  readonly outcomes: Outcomes;
  /** The status of success. */
  readonly yes: number;
  readonly query?: (place: Place, kind: Kind) => string;
  readonly body?: (place: Place) => unknown;
  readonly headers?: Record<string, string>;
  /** Path parameters that the place does not set. */
  readonly params?: Readonly<Record<string, number>>;
  /** A list, whose emptiness counts. */
  readonly list?: true;
  /** The body is a list of one item, whose own status counts. */
  readonly bulk?: true;
  /** It ends the caller's session. */
  readonly ends?: true;
}

const MISSING = '401 404 404 404 404 404 404 404 404 404 401 401';

const PULL = {
  private: '401 404 yes yes yes yes yes 404 yes yes 401 401',
  public: '401 yes yes yes yes yes yes yes yes yes 401 401',
  missing: MISSING,
};
const WRITE = {
  private: '401 404 403 yes yes yes yes 404 403 yes 401 401',
  public: '401 403 403 yes yes yes yes 403 403 yes 401 401',
  missing: MISSING,
};
const DELETE = {
  private: '401 404 403 yes yes yes yes 404 403 403 401 401',
  public: '401 403 403 yes yes yes yes 403 403 403 401 401',
  missing: MISSING,
};

/** What members see of a workspace, and what only its owners set. */
const VIEW = { ...PULL, public: '401 403 yes yes yes yes yes 403 yes yes 401 401' };
const MANAGE = {
  private: '401 404 403 403 yes yes 403 404 403 403 401 401',
  public: '401 403 403 403 yes yes 403 403 403 403 401 401',
  missing: MISSING,
};
/** Items in the trash are visible only to callers who may delete them. */
const TRASH = '401 404 404 yes yes yes yes 404 404 404 401 401';
const LISTED_TRASH = '401 none none yes yes none yes none none none 401 401';

/** No access token has any right on a project itself. */
const IN_PROJECT = {
  private: '401 404 yes yes yes yes yes 404 404 404 401 401',
  missing: MISSING,
};
const WORK_IN_PROJECT = {
  private: '401 404 403 yes yes yes yes 404 404 404 401 401',
  missing: MISSING,
};
const MANAGE_PROJECT = {
  private: '401 404 403 403 yes yes 403 404 404 404 401 401',
  missing: MISSING,
};

const OPEN = { private: 'yes yes yes yes yes yes yes yes yes yes 401 401' };
const SIGNED_IN = { private: '401 yes yes yes yes yes yes yes yes yes 401 401' };
const PERSON = { private: '401 yes yes yes yes yes 403 403 403 403 401 401' };
const ADMIN = { private: '401 403 403 403 403 yes 403 403 403 403 401 401' };
const ADMIN_OF = { ...ADMIN, missing: '401 403 403 403 403 404 403 403 403 403 401 401' };

const GOOD_PASSWORD = 'neither short nor plain';

export const ROWS: Readonly<Record<string, Row>> = {
  // The new password is refused, but only after the permission check.
  setPassword: {
    outcomes: PERSON,
    yes: 400,
    body: () => ({ currentPassword: 'x', newPassword: 'aaaaaaaaaaaa' }),
  },
  listAccountSessions: { outcomes: PERSON, yes: 200 },
  deleteAccountSessions: { outcomes: PERSON, yes: 204 },
  // No session has this id, so callers who may ask get 404.
  deleteAccountSession: { outcomes: PERSON, yes: 404, params: { sessionId: 987 } },
  listTokens: { outcomes: PERSON, yes: 200 },
  createToken: {
    outcomes: PERSON,
    yes: 201,
    body: () => ({ name: unique('made'), rights: ['read'] }),
  },
  deleteToken: { outcomes: PERSON, yes: 404, params: { tokenId: 987 } },

  listDepartments: {
    outcomes: { private: '401 none yes yes yes yes yes yes none none 401 401' },
    yes: 200,
    list: true,
  },
  createDepartment: { outcomes: ADMIN, yes: 201, body: () => ({ name: unique('made') }) },
  getDepartment: { outcomes: IN_PROJECT, yes: 200 },
  renameDepartment: { outcomes: ADMIN_OF, yes: 200, body: () => ({ name: unique('renamed') }) },
  // The department has a project.
  deleteDepartment: { outcomes: ADMIN_OF, yes: 409 },

  listProjects: {
    outcomes: {
      private: '401 none yes yes yes yes yes none none none 401 401',
      missing: '401 none none none none none none none none none 401 401',
    },
    yes: 200,
    query: ({ departmentId }) => `?department=${departmentId}`,
    list: true,
  },
  createProject: {
    outcomes: ADMIN,
    yes: 201,
    body: ({ departmentId }) => ({ departmentId, name: unique('made') }),
  },
  getProject: { outcomes: IN_PROJECT, yes: 200 },
  renameProject: { outcomes: MANAGE_PROJECT, yes: 200, body: () => ({ name: unique('renamed') }) },
  // The project has a workspace.
  deleteProject: { outcomes: ADMIN_OF, yes: 409 },
  getCredential: { outcomes: WORK_IN_PROJECT, yes: 200 },
  rotateCredential: { outcomes: MANAGE_PROJECT, yes: 200 },
  listMembers: { outcomes: IN_PROJECT, yes: 200 },
  addMember: {
    outcomes: MANAGE_PROJECT,
    yes: 400,
    body: () => ({ user: 'no-such-user', role: 'viewer' }),
  },
  changeMember: { outcomes: MANAGE_PROJECT, yes: 200, body: () => ({ role: 'developer' }) },
  removeMember: { outcomes: MANAGE_PROJECT, yes: 204 },

  getRetention: { outcomes: VIEW, yes: 200 },
  setRetention: { outcomes: MANAGE, yes: 200, body: () => ({ immutableTags: ['v*'] }) },
  previewRules: { outcomes: VIEW, yes: 200, body: () => ({ keepDays: 1 }), list: true },
  backtestRules: { outcomes: VIEW, yes: 200, body: () => ({ keepDays: 1 }) },

  getOverview: { outcomes: ADMIN, yes: 200 },
  getIntegrity: { outcomes: ADMIN, yes: 200 },

  createSession: {
    outcomes: OPEN,
    yes: 200,
    body: ({ userName }) => ({ username: userName, password: PASSWORD }),
    ends: true,
  },
  getSession: { outcomes: SIGNED_IN, yes: 200 },
  deleteSession: { outcomes: OPEN, yes: 204, ends: true },
  createRegistryToken: {
    outcomes: WRITE,
    yes: 200,
    body: ({ workspace, image }) => ({ workspace, image, actions: ['pull', 'push'] }),
  },
  getSettings: { outcomes: SIGNED_IN, yes: 200 },
  changeSettings: { outcomes: ADMIN, yes: 200, body: () => ({}) },

  listUsers: { outcomes: ADMIN, yes: 200 },
  createUser: {
    outcomes: ADMIN,
    yes: 201,
    body: () => ({ name: unique('made'), password: GOOD_PASSWORD }),
  },
  getUser: { outcomes: ADMIN_OF, yes: 200 },
  changeUser: { outcomes: ADMIN_OF, yes: 200, body: () => ({ disabled: true }) },
  resetPassword: { outcomes: ADMIN_OF, yes: 200 },
  // A member of a project.
  deleteUser: { outcomes: ADMIN_OF, yes: 409 },

  listWorkspaces: {
    outcomes: {
      private: '401 none yes yes yes none yes none yes yes 401 401',
      public: '401 yes none none none yes none yes none none 401 401',
      missing: '401 none none none none none none none none none 401 401',
    },
    yes: 200,
    query: ({ workspace }, kind) => `?scope=${kind === 'public' ? 'shared' : 'own'}&q=${workspace}`,
    list: true,
  },
  createWorkspace: {
    outcomes: WORK_IN_PROJECT,
    yes: 201,
    body: () => ({ name: unique('made'), access: 'private' }),
  },
  getWorkspace: { outcomes: PULL, yes: 200 },
  changeWorkspace: { outcomes: WRITE, yes: 200, body: () => ({ access: 'public' }) },
  deleteWorkspace: { outcomes: DELETE, yes: 200 },

  listImages: {
    outcomes: {
      private: '401 none yes yes yes yes yes none yes yes 401 401',
      public: '401 yes yes yes yes yes yes yes yes yes 401 401',
      missing: '401 none none none none none none none none none 401 401',
    },
    yes: 200,
    query: ({ workspace }) => `?workspace=${workspace}`,
    list: true,
  },
  deleteManyImages: {
    outcomes: DELETE,
    yes: 200,
    body: ({ workspace, image }) => [{ workspace, image }],
    bulk: true,
  },
  getImage: { outcomes: PULL, yes: 200 },
  changeImage: {
    outcomes: WRITE,
    yes: 200,
    body: () => ({ description: 'changed' }),
    headers: { 'if-match': '*' },
  },
  deleteImage: { outcomes: DELETE, yes: 200 },
  getPulls: { outcomes: PULL, yes: 200 },
  listVersions: { outcomes: PULL, yes: 200, list: true },
  deleteManyVersions: { outcomes: DELETE, yes: 200, body: ({ tag }) => [{ tag }], bulk: true },
  getVersion: { outcomes: PULL, yes: 200 },
  deleteVersion: { outcomes: DELETE, yes: 200 },
  getPastTags: { outcomes: PULL, yes: 200, list: true },
  getHistory: { outcomes: PULL, yes: 200, list: true },
  restoreOlder: { outcomes: WRITE, yes: 200, body: ({ digest }) => ({ digest }) },
  getManifest: { outcomes: PULL, yes: 200 },
  // The content is no image that docker can load.
  getArchive: { outcomes: PULL, yes: 400 },
  getManifestArchive: { outcomes: PULL, yes: 400 },
  removeManifest: { outcomes: DELETE, yes: 204 },

  listTrash: {
    outcomes: {
      private: LISTED_TRASH,
      public: LISTED_TRASH,
      missing: '401 none none none none none none none none none 401 401',
    },
    yes: 200,
    query: ({ workspace }) => `?workspace=${workspace}`,
    list: true,
  },
  restoreTrash: {
    outcomes: { private: TRASH, public: TRASH, missing: MISSING },
    yes: 200,
    body: () => ({}),
  },
  purgeTrashed: { outcomes: { private: TRASH, public: TRASH, missing: MISSING }, yes: 204 },

  getCollectionPreview: { outcomes: VIEW, yes: 200 },
  beginWorkspaceCollection: { outcomes: DELETE, yes: 202, body: () => ({ emptyTrash: false }) },
  listWorkspaceCollections: { outcomes: VIEW, yes: 200 },
  getWorkspaceCollection: { outcomes: VIEW, yes: 200 },
  beginPlatformCollection: { outcomes: ADMIN, yes: 202, body: () => ({ emptyTrash: false }) },
  listPlatformCollections: { outcomes: ADMIN, yes: 200 },
  // The id does not exist.
  getPlatformCollection: { outcomes: ADMIN, yes: 404, params: { runId: 987 } },
};
