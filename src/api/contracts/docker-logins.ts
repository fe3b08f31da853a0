import { z } from '@hono/zod-openapi';
import { MAX_LOGIN_HOURS } from '../../domain/login-commands.ts';
import { idText, paging } from './common.ts';

export const dockerLogin = z
  .object({
    id: z.int(),
    createdAt: z.iso.datetime(),
    expiresAt: z.iso.datetime(),
    lastUsedAt: z.iso.datetime().openapi({ description: 'Accurate to the hour.' }),
    userAgent: z
      .string()
      .openapi({ description: 'The client that signed in, or `temporary login`.' }),
    address: z.string().openapi({ description: 'IP address of the last use.' }),
  })
  .openapi('DockerLogin');

export const newTemporaryLogin = z
  .strictObject({
    hours: z.int().min(1).max(MAX_LOGIN_HOURS).default(24).openapi({
      description: 'How long it is valid; no longer than the setting `tokenLifetimeDays`.',
    }),
  })
  .openapi('NewTemporaryLogin');

const command = z.string();

export const temporaryLogin = z
  .object({
    id: z.int().openapi({ description: 'Of the docker login that ends it.' }),
    expiresAt: z.iso.datetime(),
    host: z.string(),
    username: z.string(),
    secret: z.string().openapi({ description: 'In place of the password. Returned only once.' }),
    commands: z
      .object({ docker: command, podman: command, nerdctl: command, helm: command, ctr: command })
      .openapi({
        description: 'Lines for a shell that log in; ctr pulls, because it keeps no login.',
      }),
  })
  .openapi('TemporaryLogin');

export const dockerLoginParams = z.strictObject({ loginId: idText });

export const dockerLoginsQuery = z.strictObject(paging);
