import { z } from '@hono/zod-openapi';
import { LIST_SCOPES } from '../../domain/lists.ts';
import {
  isReservedWorkspaceName,
  MAX_WORKSPACE_LENGTH,
  WORKSPACE_NAME,
} from '../../domain/names.ts';
import { ACCESS_LEVELS, ACTIONS } from '../../domain/roles.ts';
import { idText, paging, reference, trashId, userName } from './common.ts';

const access = z.enum(ACCESS_LEVELS).openapi({
  description:
    'private: for members of the project; public: members of every project may view and pull.',
});

const untaggedDays = z.int().min(1).max(3650).nullable().openapi({
  description: 'Days to keep content without a tag; null: forever.',
});

export const workspace = z
  .object({
    name: z.string().openapi({ description: 'The first part of the names of its images.' }),
    access,
    project: reference,
    department: reference,
    untaggedDays,
    allowed: z.array(z.enum(ACTIONS)).openapi({ description: 'What the caller may do in it.' }),
    images: z.int(),
    size: z.int().openapi({
      description: 'Sum of the sizes of its images, in bytes; shared content counts for each.',
    }),
    pulls: z.int(),
    createdAt: z.iso.datetime(),
    createdBy: userName,
  })
  .openapi('Workspace');

export const newWorkspaceName = z
  .string()
  .max(MAX_WORKSPACE_LENGTH)
  .regex(WORKSPACE_NAME, {
    error: 'a workspace name has lower-case letters and digits, separated by single . _ or -',
  })
  .refine((name) => !isReservedWorkspaceName(name), {
    error: 'this name is reserved',
  })
  .openapi({ example: 'payments' });

export const newWorkspace = z
  .strictObject({
    name: newWorkspaceName,
    access,
  })
  .openapi('NewWorkspace');

export const workspaceChange = z
  .strictObject({ access, untaggedDays })
  .partial()
  .openapi('WorkspaceChange');

export const workspaceParams = z.strictObject({ workspace: z.string() });

export const workspacesQuery = z.strictObject({
  ...paging,
  scope: z.enum(LIST_SCOPES).default('own').openapi({
    description:
      'own: workspaces of my projects; shared: public workspaces of other projects; all: every workspace, for cloud admins only.',
  }),
  project: idText.optional().openapi({ description: 'Only the workspaces of this project.' }),
  q: z.string().max(128).default('').openapi({ description: 'Prefix of the name.' }),
});

export const deletedWorkspace = z
  .object({
    trashId,
    images: z.int().openapi({ description: 'Number of images deleted with it.' }),
    size: z.int().openapi({ description: 'Bytes of those images.' }),
  })
  .openapi('DeletedWorkspace');
