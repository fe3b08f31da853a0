import { z } from '@hono/zod-openapi';

export const credential = z
  .object({
    host: z
      .string()
      .openapi({ description: 'The registry to log in to.', example: 'registry.example' }),
    username: z.string().openapi({ example: 'project-1' }),
    password: z.string(),
  })
  .openapi('ProjectCredential');
