import { query } from '../../support/worker/database.ts';
import { trashWorkspace, type User } from '../../support/worker/people.ts';

/** A member of a project with a workspace. */
export interface Membership {
  readonly user: User;
  readonly workspace: string;
}

export const endMembership = ({ user }: Membership) =>
  query('DELETE FROM members WHERE user_id = ?', user.id);

/** What ends a member's rights without this isolate knowing, and the status of a refusal. */
export const ENDS_OF_RIGHTS: readonly (readonly [
  string,
  (now: Membership) => Promise<unknown>,
  number,
])[] = [
  ['the membership ends', endMembership, 403],
  ['the workspace goes to the trash', ({ workspace }) => trashWorkspace(workspace), 403],
  [
    'the account is disabled',
    ({ user }) => query('UPDATE users SET disabled_at = 1 WHERE id = ?', user.id),
    401,
  ],
  [
    'the signed tokens are ended',
    ({ user }) => query('UPDATE users SET token_epoch = 2 WHERE id = ?', user.id),
    401,
  ],
];
