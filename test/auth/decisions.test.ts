import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  askNow,
  believe,
  CLOCK_SKEW,
  DECISION_LIFETIME,
  type Decision,
  findDecision,
  forgetDecisions,
  forgetDecisionsFor,
  MAX_DECISIONS,
  rememberDecision,
} from '../../src/auth/decisions.ts';
import type { Digest } from '../../src/domain/digest.ts';
import type { RepositoryAction, Scope } from '../../src/domain/scopes.ts';
import type { BlobRecord } from '../../src/storage/content/blobs.ts';

const scopeOf = (name: string, ...actions: RepositoryAction[]): Scope => {
  return { type: 'repository', name, actions };
};
const PULL = scopeOf('team/app', 'pull');
const blobOf = (digit: string): BlobRecord => {
  const digest = `sha256:${digit.repeat(64)}` as Digest;
  return { digest, key: `blobs/${digit}`, size: 1, damaged: false, unusedSince: null };
};

let now: number;

afterEach(() => {
  vi.useRealTimers();
});

beforeEach(() => {
  forgetDecisions();
  now = Date.now();
});

function decide(change: Partial<Decision> = {}): Decision {
  const who = { subject: 'user:1', stamp: 'stamp', epoch: 1, name: 'anna', endsAt: null };
  const about = { scope: PULL, repository: null, standing: null, blob: null };
  return { ...who, ...about, askedAt: { ...askNow(), time: now }, ...change };
}

describe('a decision', () => {
  test('is found until it is a minute old, counted from when it was made', () => {
    rememberDecision('a', decide());
    expect(findDecision('a', PULL, now)).toEqual(decide());
    expect(findDecision('a', PULL, now + DECISION_LIFETIME - 1)).toEqual(decide());
    expect(findDecision('a', PULL, now + DECISION_LIFETIME)).toBeNull();
  });

  test('does not get younger when it is remembered again', () => {
    const found = () => findDecision('a', PULL, now + DECISION_LIFETIME - 1);
    rememberDecision('a', decide());
    rememberDecision('b', found() ?? decide({ askedAt: { ...askNow(), time: 0 } }));
    expect(findDecision('b', PULL, now + DECISION_LIFETIME)).toBeNull();
  });

  test('from the future, by a clock that was set back, is not found', () => {
    rememberDecision('a', decide());
    expect(findDecision('a', PULL, now - 1)).toBeNull();
  });

  test('is found until what was shown for it expires', () => {
    rememberDecision('a', decide({ endsAt: now + 5 }));
    expect(findDecision('a', PULL, now + 4)).not.toBeNull();
    expect(findDecision('a', PULL, now + 5)).toBeNull();
  });

  test('is for its holder, its scope and its blob', () => {
    const [one, other] = [blobOf('1'), blobOf('2')];
    rememberDecision('a', decide({ blob: one }));
    expect(findDecision('a', PULL, now, one.digest)).toEqual(decide({ blob: one }));
    expect(findDecision('b', PULL, now, one.digest)).toBeNull();
    expect(findDecision('a', PULL, now, other.digest)).toBeNull();
    expect(findDecision('a', PULL, now)).toBeNull();
    for (const scope of [
      scopeOf('team/app', 'push'),
      scopeOf('team/app', 'pull', 'push'),
      scopeOf('team/other', 'pull'),
    ]) {
      expect(findDecision('a', scope, now, one.digest)).toBeNull();
    }
  });

  test('is plain JSON', () => {
    const name = { workspace: 'team', image: 'app' };
    const ids = { workspace: 'team', workspaceId: 1, projectId: 2, imageId: 3 };
    const repository = { name, ...ids, access: 'private', published: true } as const;
    const decision = decide({ repository, blob: blobOf('1') });
    expect(JSON.parse(JSON.stringify(decision))).toEqual(decision);
  });
});

describe('decisions', () => {
  const holders = Array.from({ length: MAX_DECISIONS + 1 }, (_, n) => String(n));

  test('are as many as allowed: the oldest goes first', () => {
    for (const holder of holders.slice(0, -1)) rememberDecision(holder, decide());
    rememberDecision('0', decide({ name: 'again' }));
    rememberDecision(String(MAX_DECISIONS), decide());
    expect(findDecision('0', PULL, now)?.name).toBe('again');
    const gone = holders.filter((holder) => findDecision(holder, PULL, now) === null);
    expect(gone).toEqual(['1']);
  });

  test('are gone once they are forgotten', () => {
    rememberDecision('a', decide());
    forgetDecisions();
    expect(findDecision('a', PULL, now)).toBeNull();
  });

  test('for an identity are gone once it is no longer valid; others stay', () => {
    rememberDecision('a', decide());
    rememberDecision('b', decide({ stamp: 'newer' }));
    rememberDecision('c', decide({ subject: 'user:2' }));
    forgetDecisionsFor({ subject: 'user:1', stamp: 'stamp' });
    expect(findDecision('a', PULL, now)).toBeNull();
    expect(findDecision('b', PULL, now)).not.toBeNull();
    expect(findDecision('c', PULL, now)).not.toBeNull();
  });
});

describe('a decision that a client carries', () => {
  const identity = { subject: 'user:1', stamp: 'stamp' };
  const MINUTE = 60_000;

  test('is believed until it is a minute old by the slowest clock', () => {
    vi.useFakeTimers({ toFake: ['Date'], now });
    const after = now + CLOCK_SKEW + 1;
    expect(believe(after, identity, after)).toEqual({ ...askNow(), time: after });
    expect(believe(after, identity, after + MINUTE - CLOCK_SKEW - 1)).not.toBeNull();
    expect(believe(after, identity, after + MINUTE - CLOCK_SKEW)).toBeNull();
  });

  test('from the future is not believed', () => {
    const after = now + CLOCK_SKEW + MINUTE;
    expect(believe(after, identity, after - 1)).toBeNull();
  });

  test('is not believed if this isolate has made a change since, by any clock', () => {
    vi.useFakeTimers({ toFake: ['Date'], now: now + MINUTE });
    const asked = Date.now();
    expect(believe(asked, identity, asked)).not.toBeNull();
    forgetDecisions();
    for (const [time, isBelieved] of [
      [asked, false],
      [asked + CLOCK_SKEW, false],
      [asked + CLOCK_SKEW + 1, true],
    ] as const) {
      expect(believe(time, identity, time) !== null).toBe(isBelieved);
    }
  });

  test('is not believed if the clock was set back before the change', () => {
    vi.useFakeTimers({ toFake: ['Date'], now: now + 2 * MINUTE });
    const { time } = askNow();
    vi.setSystemTime(now + MINUTE);
    forgetDecisions();
    expect(believe(time, identity, time)).toBeNull();
  });

  test('is not believed if its identity has ended since', () => {
    vi.useFakeTimers({ toFake: ['Date'], now: now + 4 * MINUTE });
    const asked = Date.now();
    forgetDecisionsFor(identity);
    expect(believe(asked + CLOCK_SKEW, identity, asked + CLOCK_SKEW)).toBeNull();
    expect(believe(asked, { ...identity, stamp: 'newer' }, asked)).not.toBeNull();
  });
});

test('an answer of the database, on its way while this isolate changed rights, is not remembered', () => {
  const onItsWay = decide();
  forgetDecisions();
  rememberDecision('a', onItsWay);
  expect(findDecision('a', PULL, now)).toBeNull();
  rememberDecision('a', decide());
  expect(findDecision('a', PULL, now)).not.toBeNull();
});
