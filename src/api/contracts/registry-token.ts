import { z } from '@hono/zod-openapi';

export const registryTokenRequest = z
  .strictObject({
    workspace: z.string().max(128),
    image: z.string().max(255).openapi({ example: 'backend/api' }),
    actions: z
      .array(z.enum(['pull', 'push']))
      .min(1)
      .max(2),
  })
  .openapi('RegistryTokenRequest');

export const registryToken = z
  .object({
    token: z.string().openapi({ description: 'Send it to /v2 as `Bearer`.' }),
    expiresAt: z.iso.datetime(),
  })
  .openapi('RegistryToken');
