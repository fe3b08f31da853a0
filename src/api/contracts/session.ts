import { z } from '@hono/zod-openapi';

/** The signed-in principal, for the console. */
export const me = z
  .object({
    kind: z.enum(['user', 'robot']),
    name: z.string(),
    isAdmin: z.boolean(),
    mustChangePassword: z.boolean(),
    roles: z.array(
      z.object({ projectId: z.int(), role: z.enum(['viewer', 'developer', 'owner']) }),
    ),
  })
  .openapi('Me');

export const signInBody = z
  .strictObject({ username: z.string().min(1).max(128), password: z.string().min(1).max(1024) })
  .openapi('SignIn');
