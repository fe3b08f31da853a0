import { z } from '@hono/zod-openapi';

/** Why one item of a bulk call failed. */
export const itemProblem = z
  .object({ status: z.int(), code: z.string(), title: z.string() })
  .openapi('ItemProblem');
