import { z } from '@hono/zod-openapi';
import { MAX_WORKSPACE_LENGTH, WORKSPACE_NAME } from '../../domain/names.ts';
import { TOKEN_RIGHTS } from '../../domain/roles.ts';
import { displayName, idText, paging } from './common.ts';

const rights = z.array(z.enum(TOKEN_RIGHTS)).openapi({
  description: 'read: view and pull; write: push and edit; delete: delete.',
});

const workspaces = z.array(z.string()).nullable().openapi({
  description: 'Names of the workspaces it is valid for; null: all that its owner may use.',
});

const token = z.object({
  id: z.int(),
  name: z.string(),
  rights,
  workspaces,
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime().openapi({
    description: 'Earlier than it was set to, if the setting `tokenLifetimeDays` ends it first.',
  }),
  lastUsedAt: z.iso.datetime().nullable().openapi({ description: 'Accurate to the minute.' }),
});

export const accessToken = token.openapi('AccessToken');

export const madeToken = token
  .extend({ secret: z.string().openapi({ description: 'Returned only once, here.' }) })
  .openapi('NewAccessTokenSecret');

export const newToken = z
  .strictObject({
    name: displayName.openapi({ example: 'CI of payments' }),
    rights: rights
      .min(1)
      .max(TOKEN_RIGHTS.length)
      .openapi({ example: ['read'] }),
    workspaces: z
      .array(z.string().max(MAX_WORKSPACE_LENGTH).regex(WORKSPACE_NAME))
      .min(1)
      .max(100)
      .nullable()
      .default(null)
      .openapi({ description: 'Names of the workspaces it is valid for; null: all.' }),
    expiresAt: z.iso.datetime({ offset: true }).nullable().default(null).openapi({
      description: 'Default, and latest: after the days of the setting `tokenLifetimeDays`.',
    }),
  })
  .openapi('NewAccessToken');

export const tokenParams = z.strictObject({ tokenId: idText });

export const tokensQuery = z.strictObject(paging);
