/** The roles of a project from the fewest rights to the most, each with the key of its name. */
export const ROLE_NAMES = {
  viewer: 'common.roleViewer',
  developer: 'common.roleDeveloper',
  owner: 'common.roleOwner',
} as const;
