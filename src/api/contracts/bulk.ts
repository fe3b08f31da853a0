import { z } from '@hono/zod-openapi';
import { trashId } from './common.ts';

/** Why one item of a bulk call failed. */
const itemProblem = z
  .object({ status: z.int(), code: z.string(), title: z.string() })
  .openapi('ItemProblem');

/** Result of one item of a bulk deletion. */
export const itemDeletion = {
  status: z.enum(['deleted', 'failed']),
  trashId: trashId.optional(),
  problem: itemProblem.optional(),
};

/** The trash id of a deleted thing. */
export const deleted = z.object({ trashId }).openapi('Deleted');
