import { z } from '@hono/zod-openapi';
import { ROLES } from '../../domain/roles.ts';
import { idText, paging, reference } from './common.ts';
import { projectParams } from './projects.ts';

const role = z.enum(ROLES).openapi({
  description:
    'viewer: views and pulls; developer: also pushes, edits and deletes; owner: also manages members, the credential and policies.',
});

export const member = z
  .object({ user: reference, role, since: z.iso.datetime() })
  .openapi('Member');

export const newMember = z
  .strictObject({
    user: z.string().min(1).max(128).openapi({ description: 'The user name.', example: 'mei' }),
    role,
  })
  .openapi('NewMember');

export const memberChange = z.strictObject({ role }).openapi('MemberChange');

export const memberParams = projectParams.extend({ userId: idText });

export const membersQuery = z.strictObject(paging);
