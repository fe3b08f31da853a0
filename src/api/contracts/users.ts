import { z } from '@hono/zod-openapi';
import { isUserName, MAX_USER_NAME_LENGTH, USER_NAME } from '../../domain/accounts.ts';
import { ROLES } from '../../domain/roles.ts';
import { newPassword } from './account.ts';
import { idText, paging, reference } from './common.ts';

const name = z
  .string()
  .max(MAX_USER_NAME_LENGTH)
  .regex(USER_NAME, {
    error:
      'a user name has lower-case letters, digits, . _ or -, and begins with a letter or a digit',
  })
  .refine(isUserName, { error: 'this name is reserved' })
  .openapi({ example: 'mei' });

const account = z.object({
  id: z.int(),
  name: z.string(),
  isAdmin: z.boolean().openapi({ description: 'Whether the user is a cloud admin.' }),
  disabled: z.boolean().openapi({ description: 'A disabled user has no access at all.' }),
  mustChangePassword: z.boolean(),
  createdAt: z.iso.datetime(),
});

export const user = account.openapi('User');

export const userView = account
  .extend({
    memberships: z.array(
      z.object({
        project: reference,
        department: reference,
        role: z.enum(ROLES),
        since: z.iso.datetime(),
      }),
    ),
  })
  .openapi('UserView');

const password = z.string().nullable().openapi({
  description: 'The generated password, returned only once, here; null: the request set one.',
});

export const madeUser = account.extend({ password }).openapi('MadeUser');

export const newUser = z
  .strictObject({
    name,
    password: newPassword.optional().openapi({
      description: 'Default: a generated password, to be changed at the first sign-in.',
    }),
    isAdmin: z.boolean().default(false),
  })
  .openapi('NewUser');

export const userChange = z
  .strictObject({ name, isAdmin: z.boolean(), disabled: z.boolean() })
  .partial()
  .openapi('UserChange');

export const generatedPassword = z
  .object({ password: z.string().openapi({ description: 'Returned only once, here.' }) })
  .openapi('GeneratedPassword');

export const userParams = z.strictObject({ userId: idText });

export const usersQuery = z.strictObject({
  ...paging,
  q: z.string().max(MAX_USER_NAME_LENGTH).default('').openapi({
    description: 'Prefix of the name.',
  }),
});
