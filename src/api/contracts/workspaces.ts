import { z } from '@hono/zod-openapi';
import { LIST_SCOPES } from '../../domain/lists.ts';
import {
  isReservedWorkspaceName,
  MAX_WORKSPACE_LENGTH,
  WORKSPACE_NAME,
} from '../../domain/names.ts';
import { ACCESS_LEVELS } from '../../domain/roles.ts';
import { idText, paging, reference, trashId } from './common.ts';

const access = z.enum(ACCESS_LEVELS).openapi({
  description: 'private: for members of the project; public: every project may view and pull.',
});

const untaggedDays = z.int().min(1).max(3650).nullable().openapi({
  description: 'Days that content without a tag is kept; null: for ever.',
});

export const workspace = z
  .object({
    name: z.string().openapi({ description: 'The first part of the address of its images.' }),
    access,
    project: reference,
    department: reference,
    untaggedDays,
    images: z.int(),
    size: z.int().openapi({ description: 'Bytes; what two images share counts for both.' }),
    pulls: z.int(),
    createdAt: z.iso.datetime(),
    createdBy: z.string(),
  })
  .openapi('Workspace');

export const newWorkspaceName = z
  .string()
  .max(MAX_WORKSPACE_LENGTH)
  .regex(WORKSPACE_NAME, {
    error: 'a workspace name is lower-case letters and digits, with single . _ or - between',
  })
  .refine((name) => !isReservedWorkspaceName(name), {
    error: 'the platform keeps this name for itself',
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
      "own: my projects' workspaces; shared: other projects' public ones; all: for cloud admins.",
  }),
  project: idText.optional().openapi({ description: 'Only the workspaces of this project.' }),
  q: z.string().max(128).default('').openapi({ description: 'What the name begins with.' }),
});

export const deletedWorkspace = z
  .object({
    trashId,
    images: z.int().openapi({ description: 'Images that went with it.' }),
    size: z.int().openapi({ description: 'Their bytes.' }),
  })
  .openapi('DeletedWorkspace');
