import { z } from '@hono/zod-openapi';
import { allowedActions, mayDo, maySeeNames } from '../auth/permissions.ts';
import { ownProjects, principalName, visibilityOf } from '../auth/principal.ts';
import { decodeCursor, toPage } from '../domain/cursors.ts';
import { RegistryError } from '../domain/errors.ts';
import { ACTIONS } from '../domain/roles.ts';
import { formatTrashId } from '../domain/trash.ts';
import { refuseImmutable } from '../registry/immutable.ts';
import { type Database, refusalOf } from '../storage/database.ts';
import { moveWorkspaceToTrash } from '../storage/trash/move-workspace.ts';
import * as storage from '../storage/workspaces/workspaces.ts';
import { nameTaken } from './conflict.ts';
import { projectParams } from './contracts/projects.ts';
import {
  deletedWorkspace,
  newWorkspace,
  workspace,
  workspaceChange,
  workspaceParams,
  workspacesQuery,
} from './contracts/workspaces.ts';
import { endpoint, jsonBody, jsonResponse, pageOf } from './endpoint.ts';
import { type ApiContext, formatTime } from './http.ts';

const tags = ['Workspaces'];
const ONE = '/workspaces/{workspace}';

export const listWorkspaces = endpoint(
  'signed-in',
  {
    method: 'get',
    path: '/workspaces',
    tags,
    summary: 'List workspaces by name',
    request: { query: workspacesQuery },
    responses: { 200: jsonResponse(pageOf(workspace), 'A page of workspaces.') },
  },
  async (c) => {
    const { limit, cursor, scope, project, q } = c.req.valid('query');
    const { services, principal } = c.var;
    const visibility = visibilityOf(principal);
    if (scope === 'all' && visibility.projectIds !== 'all') {
      throw new RegistryError('DENIED', 'the scope all requires a cloud admin');
    }
    const [after] = cursor === undefined ? [''] : decodeCursor(cursor, z.tuple([z.string()]));
    const mine = ownProjects(principal);
    const filter = { scope, mine, visibility, projectId: project ?? null, prefix: q };
    const found = await storage.listWorkspaces(services.db, filter, after, limit + 1);
    const { items, next } = toPage(found, limit, ({ name }) => [name]);
    return c.json({ items: items.map((one) => workspaceBody(c, one)), next }, 200);
  },
);

export const createWorkspace = endpoint(
  {
    always: { action: 'workspace:edit', on: 'project' },
    also: [
      {
        // Whatever is pushed to it is published.
        asks: ({ access }: z.output<typeof newWorkspace>) => access === 'public',
        requires: { action: 'workspace:publish', on: 'project', confirmed: true },
      },
    ],
  },
  {
    method: 'post',
    path: '/projects/{projectId}/workspaces',
    tags,
    summary: 'Create a workspace in a project',
    description: 'A public one takes a browser session.',
    request: { params: projectParams, body: jsonBody(newWorkspace) },
    responses: { 201: jsonResponse(workspace, 'Created.') },
  },
  async (c) => {
    const { principal, project } = c.var;
    const { name, access } = c.req.valid('json');
    const createdBy = principalName(principal);
    const id = await insert(c, { projectId: project.id, name, access, createdBy });
    return c.json(workspaceBody(c, await view(c.var.services.db, id)), 201);
  },
);

async function insert(c: ApiContext, wanted: storage.NewWorkspace): Promise<number> {
  const { db } = c.var.services;
  try {
    const id = await storage.insertWorkspace(db, wanted, Date.now());
    if (id !== null) return id;
  } catch (error) {
    if (refusalOf(error) !== 'foreign_key') throw error;
    throw new RegistryError('NOT_FOUND', 'the project no longer exists');
  }
  throw nameTaken(await describeOwner(c, wanted.name));
}

/** What uses a name. The project is named only to a caller who may see the workspace. */
async function describeOwner(c: ApiContext, name: string): Promise<string> {
  const { services, principal } = c.var;
  const owner = await storage.findWorkspace(services.db, name);
  const place = owner && { ...owner, workspace: name };
  const known = place && mayDo(principal, place, 'image:pull');
  return known ? `workspace ${name}, of project ${owner.project}` : `workspace ${name}`;
}

export const getWorkspace = endpoint(
  { action: 'workspace:open', on: 'workspace' },
  {
    method: 'get',
    path: ONE,
    tags,
    summary: 'View a workspace; a public one is open to every signed-in user',
    request: { params: workspaceParams },
    responses: { 200: jsonResponse(workspace, 'The workspace.') },
  },
  async (c) => {
    const { services, workspace } = c.var;
    return c.json(workspaceBody(c, await view(services.db, workspace.id)), 200);
  },
);

export const changeWorkspace = endpoint(
  {
    always: { action: 'workspace:edit', on: 'workspace' },
    also: [
      {
        asks: ({ access }: z.output<typeof workspaceChange>) => access !== undefined,
        requires: { action: 'workspace:publish', on: 'workspace', confirmed: false },
      },
      {
        asks: ({ access }: z.output<typeof workspaceChange>) => access === 'public',
        requires: { action: 'workspace:publish', on: 'workspace', confirmed: true },
      },
      {
        // A shorter time deletes content for good.
        asks: ({ untaggedDays }: z.output<typeof workspaceChange>) => untaggedDays !== undefined,
        requires: { action: 'trash:purge', on: 'workspace' },
      },
    ],
  },
  {
    method: 'patch',
    path: ONE,
    tags,
    summary: 'Set who may see a workspace, and how long to keep content without a tag',
    description: 'Takes a browser session.',
    request: { params: workspaceParams, body: jsonBody(workspaceChange) },
    responses: { 200: jsonResponse(workspace, 'Changed.') },
  },
  async (c) => {
    const { services, workspace } = c.var;
    await storage.updateWorkspace(services.db, workspace.id, c.req.valid('json'));
    return c.json(workspaceBody(c, await view(services.db, workspace.id)), 200);
  },
);

export const deleteWorkspace = endpoint(
  { action: 'workspace:delete', on: 'workspace' },
  {
    method: 'delete',
    path: ONE,
    tags,
    summary: 'Move a workspace with all its images to the trash; its name can be reused at once',
    description: 'A workspace with immutable versions stays.',
    request: { params: workspaceParams },
    responses: { 200: jsonResponse(deletedWorkspace, 'What moved to the trash.') },
  },
  async (c) => {
    const { services, principal, workspace } = c.var;
    const by = principalName(principal);
    const { db } = services;
    const { id } = workspace;
    const move = () => moveWorkspaceToTrash(db, id, by, Date.now());
    const what = `workspace ${workspace.name}`;
    const gone = await refuseImmutable(db, what, { workspaceId: id }, move);
    if (gone === null) throw notFound();
    return c.json({ ...gone, trashId: formatTrashId('workspace', gone.trashId) }, 200);
  },
);

async function view(db: Database, id: number): Promise<storage.WorkspaceView> {
  const found = await storage.viewWorkspace(db, id);
  if (found === null) throw notFound();
  return found;
}

function workspaceBody(c: ApiContext, view: storage.WorkspaceView) {
  const { name, access, untaggedDays, images, size, pulls, createdBy } = view;
  const { principal } = c.var;
  const place = { ...view, workspace: name };
  const seesNames = maySeeNames(principal, place);
  return {
    name,
    access,
    project: { id: view.projectId, name: view.project },
    department: { id: view.departmentId, name: view.department },
    untaggedDays,
    allowed: allowedActions(principal, place, ACTIONS),
    images,
    size,
    pulls,
    createdAt: formatTime(view.createdAt),
    createdBy: seesNames ? createdBy : null,
  };
}

function notFound(): RegistryError {
  return new RegistryError('NOT_FOUND', 'there is no such workspace, or it is not open to you');
}
