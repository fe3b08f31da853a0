import { z } from '@hono/zod-openapi';
import { displayName, idText, paging } from './common.ts';

export const department = z
  .object({ id: z.int(), name: z.string(), createdAt: z.iso.datetime() })
  .openapi('Department');

export const departmentFields = z.strictObject({ name: displayName }).openapi('DepartmentFields');

export const departmentParams = z.strictObject({ departmentId: idText });

export const departmentsQuery = z.strictObject(paging);
