import { z } from '@hono/zod-openapi';
import { idText, paging } from './common.ts';

export const dockerLogin = z
  .object({
    id: z.int(),
    createdAt: z.iso.datetime(),
    expiresAt: z.iso.datetime(),
    lastUsedAt: z.iso.datetime().openapi({ description: 'Accurate to the hour.' }),
    userAgent: z.string().openapi({ description: 'The client that signed in.' }),
    address: z.string().openapi({ description: 'IP address of the last use.' }),
  })
  .openapi('DockerLogin');

export const dockerLoginParams = z.strictObject({ loginId: idText });

export const dockerLoginsQuery = z.strictObject(paging);
