import { z } from '@hono/zod-openapi';
import { displayName, idText, paging, reference } from './common.ts';

export const project = z
  .object({
    id: z.int(),
    name: z.string(),
    department: reference,
    createdAt: z.iso.datetime(),
  })
  .openapi('Project');

export const newProject = z
  .strictObject({ departmentId: z.int().min(1), name: displayName })
  .openapi('NewProject');

export const projectChange = z.strictObject({ name: displayName }).openapi('ProjectChange');

export const projectParams = z.strictObject({ projectId: idText });

export const projectsQuery = z.strictObject({
  ...paging,
  department: idText.optional().openapi({ description: 'Only the projects of this department.' }),
});
