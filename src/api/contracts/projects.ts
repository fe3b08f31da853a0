import { z } from '@hono/zod-openapi';
import { displayName, idText, paging, reference } from './common.ts';

const robotDeletes = z.boolean().openapi({
  description: 'Whether its push credential may move versions to the trash.',
});

const ownersOnly = z.boolean().openapi({
  description:
    'Whether only owners may purge, empty the trash, and change who may see a workspace; developers may otherwise, too.',
});

export const project = z
  .object({
    id: z.int(),
    name: z.string(),
    department: reference,
    robotDeletes,
    ownersOnly,
    createdAt: z.iso.datetime(),
  })
  .openapi('Project');

export const newProject = z
  .strictObject({ departmentId: z.int().min(1), name: displayName })
  .openapi('NewProject');

export const projectChange = z
  .strictObject({ name: displayName, robotDeletes, ownersOnly })
  .partial()
  .openapi('ProjectChange');

export const projectParams = z.strictObject({ projectId: idText });

export const projectsQuery = z.strictObject({
  ...paging,
  department: idText.optional().openapi({ description: 'Only the projects of this department.' }),
});
