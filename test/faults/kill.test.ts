import { describe, test } from 'vitest';
import { useServer } from '../support/clients/setup.ts';
import { expectNothingLost } from './support/killed.ts';
import { type PointName, points } from './support/points.ts';

/** One of each phase of a push; test/field/faults/kill.test.ts has them all. */
const some: readonly PointName[] = [
  'in a PATCH, in its third part',
  'between PATCH and PUT',
  'in a PUT, 15 ms later',
  'in the PUT of the manifest, as it was sent',
];

describe('a server that is killed', () => {
  const server = useServer();

  test.each(some)('%s: nothing shows by halves, and the push can be repeated', async (name) => {
    await expectNothingLost(server.current, name, points[name]);
  });
});
