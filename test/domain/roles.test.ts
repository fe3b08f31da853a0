import { expect, test } from 'vitest';
import {
  ACCESS_LEVELS,
  ACTIONS,
  type AccessLevel,
  type Action,
  isAllowed,
  isWithinRules,
  PERMISSIONS,
  type ProjectRules,
  SIGN_IN_ACTIONS,
  SIGN_INS,
  type SignInKind,
  STANDINGS,
  type Standing,
} from '../../src/domain/roles.ts';

const nothing: Action[] = [];
const pull: Action[] = ['image:pull'];
const use: Action[] = ['image:pull', 'workspace:open'];
const view: Action[] = [...use, 'workspace:view'];
const work: Action[] = [
  'image:pull',
  'image:push',
  'version:delete',
  'image:delete',
  'image:edit',
  'workspace:open',
  'workspace:view',
  'workspace:edit',
  'workspace:delete',
  'workspace:collect',
];
const robot: Action[] = ['image:pull', 'image:push'];
const robotOfWorker: Action[] = [...robot, 'version:delete'];
const sensitive: Action[] = ['workspace:publish', 'trash:purge'];
const worker: Action[] = [...work, 'credential:view'];
const manager: Action[] = [...worker, 'trigger:manage', 'project:manage'];

type Row = readonly [Standing, AccessLevel, Readonly<Record<SignInKind, Action[]>>];

/** One row for each way to sign in, whose last one is the console's session. */
const row = (
  standing: Standing,
  access: AccessLevel,
  none: Action[],
  robot: Action[],
  token: Action[],
  password: Action[],
  session: Action[],
): Row => [standing, access, { none, robot, token, password, session }];

/** The table of the design, with the roles of the text under it, by each way to sign in. */
const DESIGN: Row[] = [
  row('anonymous', 'private', nothing, nothing, nothing, nothing, nothing),
  row('anonymous', 'public', pull, pull, pull, pull, pull),
  row('outsider', 'private', nothing, nothing, nothing, nothing, nothing),
  row('outsider', 'public', pull, pull, use, use, use),
  row('robot', 'private', pull, robot, robot, robot, robot),
  row('robot', 'public', pull, robot, robot, robot, robot),
  row('viewer', 'private', pull, pull, view, view, view),
  row('viewer', 'public', pull, pull, view, view, view),
  row('developer', 'private', pull, robotOfWorker, work, worker, [...worker, ...sensitive]),
  row('developer', 'public', pull, robotOfWorker, work, worker, [...worker, ...sensitive]),
  row('owner', 'private', pull, robotOfWorker, work, manager, [...ACTIONS]),
  row('owner', 'public', pull, robotOfWorker, work, manager, [...ACTIONS]),
  row('admin', 'private', pull, robotOfWorker, work, manager, [...ACTIONS]),
  row('admin', 'public', pull, robotOfWorker, work, manager, [...ACTIONS]),
];

const OFF: ProjectRules = { robotDeletes: false, ownersOnly: false };

const cells = DESIGN.flatMap(([standing, access, kinds]) =>
  SIGN_INS.map((signIn) => [standing, access, signIn, kinds[signIn]] as const),
);

function allowed(
  standing: Standing,
  access: AccessLevel,
  signIn: SignInKind,
  rules: ProjectRules,
): Action[] {
  return ACTIONS.filter(
    (action) =>
      isAllowed(standing, access, action, signIn) && isWithinRules(rules, standing, action),
  );
}

test.each(cells)('%s in a %s workspace, signed in by %s, may do exactly %j', (...cell) => {
  const [standing, access, signIn, actions] = cell;
  expect(allowed(standing, access, signIn, OFF).toSorted()).toEqual(actions.toSorted());
});

test.each(cells)(
  'a project that lets its robot delete gives %s in a %s workspace by %s',
  (...cell) => {
    const [standing, access, signIn] = cell;
    const more: Action[] = standing === 'robot' && signIn !== 'none' ? ['version:delete'] : [];
    const before = allowed(standing, access, signIn, OFF);
    const after = allowed(standing, access, signIn, { ...OFF, robotDeletes: true });
    expect(after.toSorted()).toEqual([...before, ...more].toSorted());
  },
);

test.each(cells)(
  'a project that reserves purging takes from %s in a %s workspace by %s',
  (...cell) => {
    const [standing, access, signIn] = cell;
    const before = allowed(standing, access, signIn, OFF);
    const after = allowed(standing, access, signIn, { ...OFF, ownersOnly: true });
    const kept = before.filter((action) => standing !== 'developer' || !sensitive.includes(action));
    expect(after).toEqual(kept);
  },
);

test('the table has a row for every standing, access and way to sign in, and nothing else', () => {
  const rows = DESIGN.map(([standing, access]) => `${standing} ${access}`);
  const all = STANDINGS.flatMap((one) => ACCESS_LEVELS.map((access) => `${one} ${access}`));
  expect(rows).toEqual(all);
  expect(Object.keys(PERMISSIONS)).toEqual([...STANDINGS]);
  expect(Object.keys(SIGN_IN_ACTIONS)).toEqual([...SIGN_INS]);
  for (const row of Object.values(PERMISSIONS)) {
    expect(Object.keys(row)).toEqual([...ACCESS_LEVELS]);
  }
});

test('a higher role may do everything that a lower one may', () => {
  const people = STANDINGS.filter((one) => one !== 'robot');
  for (const access of ACCESS_LEVELS) {
    people.slice(1).forEach((higher, n) => {
      const lower = people[n] as Standing;
      expect(PERMISSIONS[higher][access]).toEqual(
        expect.arrayContaining([...PERMISSIONS[lower][access]]),
      );
    });
  }
});

test('a stronger way to sign in allows everything that a weaker one does', () => {
  for (const [weaker, stronger] of [
    ['none', 'robot'],
    ['robot', 'token'],
    ['token', 'password'],
    ['password', 'session'],
  ] as const) {
    expect(SIGN_IN_ACTIONS[stronger]).toEqual(expect.arrayContaining([...SIGN_IN_ACTIONS[weaker]]));
  }
});

test('only a session deletes for good, changes access, and changes what protects a project', () => {
  const session: Action[] = ['workspace:publish', 'trash:purge', 'project:protect'];
  for (const signIn of SIGN_INS.filter((kind) => kind !== 'session')) {
    expect(SIGN_IN_ACTIONS[signIn].filter((action) => session.includes(action))).toEqual([]);
  }
  expect(SIGN_IN_ACTIONS.session).toEqual(ACTIONS);
});

test('a private workspace gives no one more than a public one', () => {
  for (const row of Object.values(PERMISSIONS)) {
    expect(row.public).toEqual(expect.arrayContaining([...row.private]));
  }
});
