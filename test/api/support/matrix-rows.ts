/**
 * What every caller gets from every endpoint. A column is a status; `yes` for the endpoint's own
 * success, `none` for a list that shows nothing. Callers in the order of COLUMNS:
 *
 *   nobody · outsider · viewer · developer · owner · admin · credential · another's credential ·
 *   token to read · token to read and write · expired token · revoked token ·
 *   developer, owner and admin by password · token to delete
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

// The last four: a developer, an owner and an admin by password, and a token to read, write and delete.
const MISSING = '401 404 404 404 404 404 404 404 404 404 401 401 404 404 404 404';

const PULL = {
  private: '401 404 yes yes yes yes yes 404 yes yes 401 401 yes yes yes yes',
  public: '401 yes yes yes yes yes yes yes yes yes 401 401 yes yes yes yes',
  missing: MISSING,
};
const PUSH = {
  private: '401 404 403 yes yes yes yes 404 403 yes 401 401 yes yes yes yes',
  public: '401 403 403 yes yes yes yes 403 403 yes 401 401 yes yes yes yes',
  missing: MISSING,
};
const EDIT = {
  private: '401 404 403 yes yes yes 403 404 403 yes 401 401 yes yes yes yes',
  public: '401 403 403 yes yes yes 403 403 403 yes 401 401 yes yes yes yes',
  missing: MISSING,
};
const DELETE = {
  private: '401 404 403 yes yes yes 403 404 403 403 401 401 yes yes yes yes',
  public: '401 403 403 yes yes yes 403 403 403 403 401 401 yes yes yes yes',
  missing: MISSING,
};
/** A list of images, each with its own answer: a push credential gets none at all. */
const DELETE_MANY = {
  private: '401 404 403 yes yes yes 403 403 403 403 401 401 yes yes yes yes',
  public: DELETE.public,
  missing: '401 404 404 404 404 404 403 403 404 404 401 401 404 404 404 404',
};
/** In the console only. */
const PUBLISH = {
  private: '401 404 403 yes yes yes 403 404 403 403 401 401 403 403 403 403',
  public: '401 403 403 yes yes yes 403 403 403 403 401 401 403 403 403 403',
  missing: MISSING,
};

/** What users see of a workspace, what its members see, and what only its owners set. */
const OPEN_WORKSPACE = {
  private: '401 404 yes yes yes yes 403 404 yes yes 401 401 yes yes yes yes',
  public: '401 yes yes yes yes yes 403 403 yes yes 401 401 yes yes yes yes',
  missing: MISSING,
};
const VIEW = {
  ...OPEN_WORKSPACE,
  public: '401 403 yes yes yes yes 403 403 yes yes 401 401 yes yes yes yes',
};
const PROTECT = {
  private: '401 404 403 403 yes yes 403 404 403 403 401 401 403 403 403 403',
  public: '401 403 403 403 yes yes 403 403 403 403 401 401 403 403 403 403',
  missing: MISSING,
};
/** Items in the trash are visible only to callers who may delete them. */
const TRASH = '401 404 404 yes yes yes 404 404 404 404 401 401 yes yes yes yes';
const PURGE = '401 404 404 yes yes yes 404 404 404 404 401 401 403 403 403 403';
const LISTED_TRASH = '401 none none yes yes none 403 403 none none 401 401 yes yes none yes';

/** No access token has any right on a project itself, and no push credential sees it. */
const IN_PROJECT = {
  private: '401 404 yes yes yes yes 404 404 404 404 401 401 yes yes yes 404',
  missing: MISSING,
};
const IN_DEPARTMENT = {
  private: '401 404 yes yes yes yes 403 403 404 404 401 401 yes yes yes 404',
  missing: '401 404 404 404 404 404 403 403 404 404 401 401 404 404 404 404',
};
const WORK_IN_PROJECT = {
  private: '401 404 403 yes yes yes 404 404 404 404 401 401 yes yes yes 404',
  missing: MISSING,
};
const MANAGE_PROJECT = {
  private: '401 404 403 403 yes yes 404 404 404 404 401 401 403 yes yes 404',
  missing: MISSING,
};

const OPEN = { private: 'yes yes yes yes yes yes yes yes yes yes 401 401 yes yes yes yes' };
const CLIENT = { private: '401 yes yes yes yes yes yes yes yes yes 401 401 yes yes yes yes' };
const SIGNED_IN = { private: '401 yes yes yes yes yes 403 403 yes yes 401 401 yes yes yes yes' };
const PERSON = { private: '401 yes yes yes yes yes 403 403 403 403 401 401 yes yes yes 403' };
const ADMIN = { private: '401 403 403 403 403 yes 403 403 403 403 401 401 403 403 yes 403' };
const ADMIN_OF = {
  ...ADMIN,
  missing: '401 403 403 403 403 404 403 403 403 403 401 401 403 403 404 403',
};
/** In the console only. */
const ADMIN_DELETES = {
  private: '401 403 403 403 403 yes 403 403 403 403 401 401 403 403 403 403',
  missing: '401 403 403 403 403 404 403 403 403 403 401 401 403 403 403 403',
};

const TRIGGER = {
  ...{ name: 'deploy', workspace: null, enabled: true, events: ['image.pushed'] },
  ...{ images: [], tags: [] },
  action: {
    ...{ method: 'POST', url: 'https://receiver.example.com/', headers: [] },
    ...{ contentType: 'application/json', body: '{}', latestOnly: false },
  },
};

const GOOD_PASSWORD = 'neither short nor plain';

export const ROWS: Readonly<Record<string, Row>> = {
  // The new password is refused, but only after the permission check.
  setPassword: {
    outcomes: PERSON,
    yes: 400,
    body: () => ({ currentPassword: 'x', newPassword: 'aaaaaaaaaaaa' }),
  },
  // A caller with the permission is told that the password is wrong.
  confirmMyPassword: { outcomes: PERSON, yes: 400, body: () => ({ password: 'x' }) },
  listAccountSessions: { outcomes: PERSON, yes: 200 },
  deleteAccountSessions: { outcomes: PERSON, yes: 204 },
  // No session has this id, so callers who may ask get 404.
  deleteAccountSession: { outcomes: PERSON, yes: 404, params: { sessionId: 987 } },
  listDockerLogins: { outcomes: PERSON, yes: 200 },
  createTemporaryLogin: { outcomes: PERSON, yes: 201, body: () => ({}) },
  deleteDockerLogin: { outcomes: PERSON, yes: 404, params: { loginId: 987 } },
  listTokens: { outcomes: PERSON, yes: 200 },
  createToken: {
    outcomes: PERSON,
    yes: 201,
    body: () => ({ name: unique('made'), rights: ['read'] }),
  },
  deleteToken: { outcomes: PERSON, yes: 404, params: { tokenId: 987 } },

  listDepartments: {
    outcomes: { private: '401 none yes yes yes yes 403 403 none none 401 401 yes yes yes none' },
    yes: 200,
    list: true,
  },
  createDepartment: { outcomes: ADMIN, yes: 201, body: () => ({ name: unique('made') }) },
  getDepartment: { outcomes: IN_DEPARTMENT, yes: 200 },
  renameDepartment: { outcomes: ADMIN_OF, yes: 200, body: () => ({ name: unique('renamed') }) },
  // The department has a project.
  deleteDepartment: { outcomes: ADMIN_DELETES, yes: 409 },

  listProjects: {
    outcomes: {
      private: '401 none yes yes yes yes 403 403 none none 401 401 yes yes yes none',
      missing: '401 none none none none none 403 403 none none 401 401 none none none none',
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
  changeProject: { outcomes: MANAGE_PROJECT, yes: 200, body: () => ({ name: unique('renamed') }) },
  // The project has a workspace.
  deleteProject: { outcomes: ADMIN_DELETES, yes: 409 },
  getCredential: { outcomes: WORK_IN_PROJECT, yes: 200 },
  rotateCredential: { outcomes: MANAGE_PROJECT, yes: 200 },
  listRobots: { outcomes: MANAGE_PROJECT, yes: 200 },
  createRobot: { outcomes: MANAGE_PROJECT, yes: 201, body: () => ({ name: unique('made') }) },
  changeRobot: { outcomes: MANAGE_PROJECT, yes: 200, body: () => ({ mayPush: true }) },
  rotateRobot: { outcomes: MANAGE_PROJECT, yes: 200 },
  deleteRobot: { outcomes: MANAGE_PROJECT, yes: 204 },
  listMembers: { outcomes: IN_PROJECT, yes: 200 },
  addMember: {
    outcomes: MANAGE_PROJECT,
    yes: 400,
    body: () => ({ user: 'no-such-user', role: 'viewer' }),
  },
  changeMember: { outcomes: MANAGE_PROJECT, yes: 200, body: () => ({ role: 'developer' }) },
  removeMember: { outcomes: MANAGE_PROJECT, yes: 204 },

  listTriggers: { outcomes: MANAGE_PROJECT, yes: 200 },
  createTrigger: { outcomes: MANAGE_PROJECT, yes: 201, body: () => TRIGGER },
  getTrigger: { outcomes: MANAGE_PROJECT, yes: 200 },
  changeTrigger: { outcomes: MANAGE_PROJECT, yes: 200, body: () => TRIGGER },
  deleteTrigger: { outcomes: MANAGE_PROJECT, yes: 204 },
  rotateSigningSecret: { outcomes: MANAGE_PROJECT, yes: 200 },
  // Its address is none that requests may go to.
  testTrigger: { outcomes: MANAGE_PROJECT, yes: 200 },
  listDeliveries: { outcomes: MANAGE_PROJECT, yes: 200 },
  // No delivery has this id, which callers who may ask are told.
  redeliver: { outcomes: MANAGE_PROJECT, yes: 400, params: { deliveryId: 0 } },

  getRetention: { outcomes: VIEW, yes: 200 },
  setRetention: { outcomes: PROTECT, yes: 200, body: () => ({ immutableTags: ['v*'] }) },
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
  getSession: { outcomes: CLIENT, yes: 200 },
  deleteSession: { outcomes: OPEN, yes: 204, ends: true },
  createRegistryToken: {
    outcomes: PUSH,
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
  deleteUser: { outcomes: ADMIN_DELETES, yes: 409 },

  listWorkspaces: {
    outcomes: {
      private: '401 none yes yes yes none 403 403 yes yes 401 401 yes yes none yes',
      public: '401 yes none none none yes 403 403 none none 401 401 none none yes none',
      missing: '401 none none none none none 403 403 none none 401 401 none none none none',
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
  getWorkspace: { outcomes: OPEN_WORKSPACE, yes: 200 },
  changeWorkspace: { outcomes: PUBLISH, yes: 200, body: () => ({ access: 'public' }) },
  deleteWorkspace: { outcomes: DELETE, yes: 200 },

  listImages: {
    outcomes: {
      private: '401 none yes yes yes yes 403 403 yes yes 401 401 yes yes yes yes',
      public: '401 yes yes yes yes yes 403 403 yes yes 401 401 yes yes yes yes',
      missing: '401 none none none none none 403 403 none none 401 401 none none none none',
    },
    yes: 200,
    query: ({ workspace }) => `?workspace=${workspace}`,
    list: true,
  },
  deleteManyImages: {
    outcomes: DELETE_MANY,
    yes: 200,
    body: ({ workspace, image }) => [{ workspace, image }],
    bulk: true,
  },
  getImage: { outcomes: PULL, yes: 200 },
  changeImage: {
    outcomes: EDIT,
    yes: 200,
    body: () => ({ description: 'changed' }),
    headers: { 'if-match': '*' },
  },
  deleteImage: { outcomes: DELETE, yes: 200 },
  getPulls: { outcomes: PULL, yes: 200 },
  listVersions: { outcomes: PULL, yes: 200, list: true },
  listAccessories: { outcomes: PULL, yes: 200 },
  deleteManyVersions: { outcomes: DELETE, yes: 200, body: ({ tag }) => [{ tag }], bulk: true },
  getVersion: { outcomes: PULL, yes: 200 },
  deleteVersion: { outcomes: DELETE, yes: 200 },
  getPastTags: { outcomes: PULL, yes: 200, list: true },
  getHistory: { outcomes: PULL, yes: 200, list: true },
  restoreOlder: { outcomes: PUSH, yes: 200, body: ({ digest }) => ({ digest }) },
  getManifest: { outcomes: PULL, yes: 200 },
  // The content is no image that docker can load.
  getArchive: { outcomes: PULL, yes: 400 },
  getManifestArchive: { outcomes: PULL, yes: 400 },
  removeManifest: { outcomes: DELETE, yes: 204 },

  listTrash: {
    outcomes: {
      private: LISTED_TRASH,
      public: LISTED_TRASH,
      missing: '401 none none none none none 403 403 none none 401 401 none none none none',
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
  purgeTrashed: { outcomes: { private: PURGE, public: PURGE, missing: MISSING }, yes: 204 },

  getCollectionPreview: { outcomes: VIEW, yes: 200 },
  beginWorkspaceCollection: { outcomes: DELETE, yes: 202, body: () => ({ emptyTrash: false }) },
  listWorkspaceCollections: { outcomes: VIEW, yes: 200 },
  getWorkspaceCollection: { outcomes: VIEW, yes: 200 },
  beginPlatformCollection: { outcomes: ADMIN, yes: 202, body: () => ({ emptyTrash: false }) },
  listPlatformCollections: { outcomes: ADMIN, yes: 200 },
  // The id does not exist.
  getPlatformCollection: { outcomes: ADMIN, yes: 404, params: { runId: 987 } },
};
