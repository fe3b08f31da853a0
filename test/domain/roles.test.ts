import { expect, test } from 'vitest';
import {
  ACCESS_LEVELS,
  ACTIONS,
  type AccessLevel,
  type Action,
  isAllowed,
  PERMISSIONS,
  STANDINGS,
  type Standing,
} from '../../src/domain/roles.ts';

const nothing: Action[] = [];
const pull: Action[] = ['image:pull'];
const view: Action[] = ['image:pull', 'workspace:view'];
const work: Action[] = [
  'image:pull',
  'image:push',
  'image:delete',
  'image:edit',
  'workspace:view',
  'workspace:edit',
  'workspace:delete',
];

/** The table of the design, with the roles of the text under it. */
const DESIGN: [Standing, AccessLevel, Action[]][] = [
  ['anonymous', 'private', nothing],
  ['anonymous', 'public', pull],
  ['outsider', 'private', nothing],
  ['outsider', 'public', pull],
  ['viewer', 'private', view],
  ['viewer', 'public', view],
  ['developer', 'private', work],
  ['developer', 'public', work],
  ['owner', 'private', [...ACTIONS]],
  ['owner', 'public', [...ACTIONS]],
  ['admin', 'private', [...ACTIONS]],
  ['admin', 'public', [...ACTIONS]],
];

test.each(DESIGN)('%s in a %s workspace may do exactly %j', (standing, access, actions) => {
  const allowed = ACTIONS.filter((action) => isAllowed(standing, access, action));
  expect(allowed.toSorted()).toEqual(actions.toSorted());
});

test('the table has a row for every standing and access, and nothing else', () => {
  const cells = DESIGN.map(([standing, access]) => `${standing} ${access}`);
  const all = STANDINGS.flatMap((one) => ACCESS_LEVELS.map((access) => `${one} ${access}`));
  expect(cells).toEqual(all);
  expect(Object.keys(PERMISSIONS)).toEqual([...STANDINGS]);
  for (const row of Object.values(PERMISSIONS)) {
    expect(Object.keys(row)).toEqual([...ACCESS_LEVELS]);
  }
});

test('a higher standing may do everything that a lower one may', () => {
  for (const access of ACCESS_LEVELS) {
    STANDINGS.slice(1).forEach((higher, n) => {
      const lower = STANDINGS[n] as Standing;
      expect(PERMISSIONS[higher][access]).toEqual(
        expect.arrayContaining([...PERMISSIONS[lower][access]]),
      );
    });
  }
});

test('a private workspace gives no one more than a public one', () => {
  for (const row of Object.values(PERMISSIONS)) {
    expect(row.public).toEqual(expect.arrayContaining([...row.private]));
  }
});
