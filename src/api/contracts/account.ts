import { z } from '@hono/zod-openapi';
import { MAX_PASSWORD_LENGTH, MIN_PASSWORD_LENGTH } from '../../domain/accounts.ts';
import { idText, paging } from './common.ts';

/** A password that a user or an admin sets. */
export const newPassword = z
  .string()
  .min(MIN_PASSWORD_LENGTH)
  .max(MAX_PASSWORD_LENGTH)
  .openapi({
    description: `At least ${MIN_PASSWORD_LENGTH} characters, five of them different; not the user name, and no common password.`,
    example: 'correct horse battery',
  });

export const passwordChange = z
  .strictObject({
    currentPassword: z.string().min(1).max(MAX_PASSWORD_LENGTH),
    newPassword,
    endTokens: z
      .boolean()
      .default(false)
      .openapi({ description: 'Whether my access tokens end, too.' }),
  })
  .openapi('PasswordChange');

export const passwordConfirmation = z
  .strictObject({ password: z.string().min(1).max(MAX_PASSWORD_LENGTH) })
  .openapi('PasswordConfirmation');

export const accountSession = z
  .object({
    id: z.int(),
    current: z.boolean().openapi({ description: 'Whether this request uses this session.' }),
    createdAt: z.iso.datetime(),
    lastSeenAt: z.iso.datetime().openapi({ description: 'Accurate to five minutes.' }),
    expiresAt: z.iso.datetime().openapi({ description: 'Extended by every use.' }),
    userAgent: z.string(),
    address: z.string().openapi({ description: 'IP address of the sign-in.' }),
  })
  .openapi('AccountSession');

export const sessionParams = z.strictObject({ sessionId: idText });

export const sessionsQuery = z.strictObject(paging);
