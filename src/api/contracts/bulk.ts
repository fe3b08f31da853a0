import { z } from '@hono/zod-openapi';
import { trashId } from './common.ts';

/** Why one item of a bulk call failed. */
const itemProblem = z
  .object({ status: z.int(), code: z.string(), title: z.string() })
  .openapi('ItemProblem');

/** How one item of a bulk deletion fared. */
export const itemDeletion = {
  status: z.enum(['deleted', 'failed']),
  trashId: trashId.optional(),
  problem: itemProblem.optional(),
};

/** Where something is that was deleted. */
export const deleted = z.object({ trashId }).openapi('Deleted');
