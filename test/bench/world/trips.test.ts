import { expect, test } from 'vitest';
import {
  type Call,
  type CallKind,
  isAny,
  isPrimary,
  type TracedRequest,
  traceRequest,
  tripsOf,
  tripsOfAll,
} from './trips.ts';

const call = (begun: number, ended: number, kind: CallKind = 'read'): Call => ({
  ...{ kind, begun, ended, what: '' },
});

/** A request in [begun, ended] whose answer came after `answered` ms of its calls' clock. */
function request(
  [begun, ended]: readonly [number, number],
  calls: readonly Call[],
  answered = 1000,
): TracedRequest {
  const exchange = { id: 1, method: 'GET', path: '/v2/', status: 200, begun, ended };
  return traceRequest(exchange, { id: 1, answered, calls });
}

test('calls that overlap are one trip, calls that waited for one another are several', () => {
  expect(tripsOf(request([0, 9], [call(0, 10), call(1, 11), call(5, 20)]), isAny)).toBe(1);
  expect(tripsOf(request([0, 9], [call(0, 10), call(10, 20), call(21, 30)]), isAny)).toBe(3);
  expect(tripsOf(request([0, 9], [call(0, 30), call(0, 10), call(12, 25)]), isAny)).toBe(2);
});

test('what an answer did not wait for is no trip of it', () => {
  const calls = [call(0, 10), call(20, 40), call(30, 35)];
  expect(tripsOf(request([0, 9], calls, 25), isAny)).toBe(1);
  expect(request([0, 9], calls, 25).calls).toHaveLength(3);
});

test('only calls that reach the primary count as trips to it', () => {
  const calls = [call(0, 1), call(1, 2, 'replica'), call(2, 3, 'get'), call(3, 4, 'batch')];
  expect(tripsOf(request([0, 9], calls), isPrimary)).toBe(2);
  expect(tripsOf(request([0, 9], calls), isAny)).toBe(4);
});

test('an operation has the trips of its longest chain of requests', () => {
  const two = [call(0, 1), call(1, 2)];
  const requests = [
    request([0, 10], [call(0, 1)]),
    // Two at once, after it.
    request([11, 20], [call(0, 1)]),
    request([11, 25], two),
    // After both; and one that overlaps it by less than a client can see.
    request([26, 30], []),
    request([29, 40], two),
  ];
  expect(tripsOfAll(requests, isAny)).toBe(5);
  expect(tripsOfAll([], isAny)).toBe(0);
});
