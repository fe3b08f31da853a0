import { OpenAPIHono, type z } from '@hono/zod-openapi';
import { RegistryError } from '../domain/errors.ts';
import type { Env } from '../env.ts';
import { drainRequestBody } from '../http/drain-request-body.ts';
import { answerConditionally } from '../http/preconditions.ts';
import { refuseOtherMethods, refusePath } from '../http/refusals.ts';
import { redirectToHttps, requireHttps } from '../http/secure-answers.ts';
import { listAccessories } from './accessories.ts';
import {
  confirmMyPassword,
  deleteAccountSession,
  deleteAccountSessions,
  listAccountSessions,
  setPassword,
} from './account.ts';
import { getArchive, getManifestArchive } from './archives.ts';
import { getCollectionPreview } from './collection-preview.ts';
import {
  beginPlatformCollection,
  beginWorkspaceCollection,
  getPlatformCollection,
  getWorkspaceCollection,
  listPlatformCollections,
  listWorkspaceCollections,
} from './collections.ts';
import { serveCommand } from './command.ts';
import { serveConsole, serveNothing, serveSecurityTxt } from './console.ts';
import { getCredential, rotateCredential } from './credentials.ts';
import {
  createDepartment,
  deleteDepartment,
  getDepartment,
  listDepartments,
  renameDepartment,
} from './departments.ts';
import { createTemporaryLogin, deleteDockerLogin, listDockerLogins } from './docker-logins.ts';
import { serveApiDocs } from './docs.ts';
import type { Endpoint } from './endpoint.ts';
import { serveHealth } from './health.ts';
import { getHistory, getPastTags, restoreOlder } from './history.ts';
import type { ApiEnv } from './http.ts';
import { changeImage, deleteImage, getImage, getPulls } from './image.ts';
import { deleteManyImages, listImages } from './images.ts';
import { getIntegrity } from './integrity.ts';
import { addMember, changeMember, listMembers, removeMember } from './members.ts';
import { serveOpenApi } from './openapi.ts';
import { getOverview } from './overview.ts';
import { renderProblem } from './problem.ts';
import {
  changeProject,
  createProject,
  deleteProject,
  getProject,
  listProjects,
} from './projects.ts';
import { createRegistryToken } from './registry-token.ts';
import { backtestRules, getRetention, previewRules, setRetention } from './retention.ts';
import { changeRobot, createRobot, deleteRobot, listRobots, rotateRobot } from './robots.ts';
import { createSession, deleteSession, getSession } from './session.ts';
import { changeSettings, getSettings } from './settings.ts';
import { createToken, deleteToken, listTokens } from './tokens.ts';
import { listTrash, purgeTrashed, restoreTrash } from './trash.ts';
import { listDeliveries, redeliver, testTrigger } from './trigger-deliveries.ts';
import {
  changeTrigger,
  createTrigger,
  deleteTrigger,
  getTrigger,
  listTriggers,
  rotateSigningSecret,
} from './triggers.ts';
import { changeUser, createUser, deleteUser, getUser, listUsers, resetPassword } from './users.ts';
import { getManifest, getVersion, removeManifest } from './version.ts';
import { deleteManyVersions, deleteVersion, listVersions } from './versions.ts';
import {
  changeWorkspace,
  createWorkspace,
  deleteWorkspace,
  getWorkspace,
  listWorkspaces,
} from './workspaces.ts';

/**
 * The whole management API, by operationId. The file of each call declares its path and the access
 * that it requires.
 */
export const API_ENDPOINTS = {
  ...{ setPassword, confirmMyPassword },
  ...{ listAccountSessions, deleteAccountSessions, deleteAccountSession },
  ...{ listDockerLogins, createTemporaryLogin, deleteDockerLogin },
  ...{ listTokens, createToken, deleteToken },
  ...{ listDepartments, createDepartment, getDepartment, renameDepartment, deleteDepartment },
  ...{ getOverview, getIntegrity },
  ...{ listImages, deleteManyImages, getImage, changeImage, deleteImage, getPulls },
  ...{
    listVersions,
    listAccessories,
    deleteManyVersions,
    getVersion,
    deleteVersion,
    getPastTags,
    getHistory,
    restoreOlder,
  },
  ...{ getManifest, removeManifest, getArchive, getManifestArchive },
  ...{ listProjects, createProject, getProject, changeProject, deleteProject },
  ...{ getCredential, rotateCredential },
  ...{ listRobots, createRobot, changeRobot, rotateRobot, deleteRobot },
  ...{ listMembers, addMember, changeMember, removeMember },
  ...{ getRetention, setRetention, previewRules, backtestRules },
  ...{ createSession, getSession, deleteSession },
  ...{ createRegistryToken },
  ...{ getSettings, changeSettings },
  ...{ beginWorkspaceCollection, listWorkspaceCollections, getWorkspaceCollection },
  ...{ getCollectionPreview },
  ...{ beginPlatformCollection, listPlatformCollections, getPlatformCollection },
  ...{ listTrash, restoreTrash, purgeTrashed },
  ...{ listTriggers, createTrigger, getTrigger, changeTrigger, deleteTrigger },
  ...{ rotateSigningSecret, testTrigger, listDeliveries, redeliver },
  ...{ listUsers, createUser, getUser, changeUser, resetPassword, deleteUser },
  ...{ listWorkspaces, createWorkspace, getWorkspace, changeWorkspace, deleteWorkspace },
} satisfies Readonly<Record<string, Endpoint>>;

const ENDPOINTS: readonly [string, Endpoint][] = Object.entries(API_ENDPOINTS);

/** Everything but the protocol: the management API, its docs, the health check, the command, the console. */
export function createApi(): OpenAPIHono<{ Bindings: Env }> {
  const app = new OpenAPIHono<{ Bindings: Env }>({ strict: false });
  app.route('/api/v1', createManagementApi());
  app.use(redirectToHttps);
  app.use(answerConditionally);
  app.onError(renderProblem);
  app.get('/healthz', serveHealth);
  app.get('/:command{orlop(-.+)?\\.tgz}', serveCommand);
  app.get('/api/docs', serveApiDocs);
  app.get('/.well-known/security.txt', serveSecurityTxt);
  app.get('*', serveConsole);
  app.all('*', serveNothing);
  return app;
}

function createManagementApi(): OpenAPIHono<ApiEnv> {
  const api = new OpenAPIHono<ApiEnv>({
    defaultHook: (result) => {
      if (result.success) return;
      throw fieldInvalid(result.error);
    },
  });
  api.use(requireHttps);
  api.use(answerConditionally);
  for (const [name, endpoint] of ENDPOINTS) endpoint.register(api, name);
  serveOpenApi(api);
  for (const path of new Set(ENDPOINTS.map(([, endpoint]) => endpoint.path))) {
    const same = ENDPOINTS.filter(([, endpoint]) => endpoint.path === path);
    const methods = same.map(([, { method }]) => method.toUpperCase());
    api.all(path.replaceAll(/\{(\w+)\}/g, ':$1'), refuseOtherMethods(methods));
  }
  api.all('*', refusePath);
  api.onError(async (error, c) => {
    // No call takes more than a small body: whoever sends another must not keep us reading.
    const isSmall = Number(c.req.header('content-length') ?? Infinity) <= MAX_DRAINED;
    if (isSmall) await drainRequestBody(c.req.raw.body);
    return renderProblem(error, c);
  });
  return api;
}

/** Largest body to drain, in bytes. */
const MAX_DRAINED = 1024 * 1024;

function fieldInvalid(error: z.core.$ZodError): RegistryError {
  const [issue] = error.issues;
  const unknown = issue?.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : [];
  const field = [...(issue?.path ?? []), ...unknown].join('.');
  const message = unknown.length > 0 ? 'there is no such field' : issue?.message;
  return new RegistryError('FIELD_INVALID', `${field || 'body'}: ${message}`, { field });
}
