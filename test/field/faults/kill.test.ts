import { describe, test } from 'vitest';
import { expectNothingLost } from '../../faults/support/killed.ts';
import { type PointName, points } from '../../faults/support/points.ts';
import { useServer } from '../../support/clients/setup.ts';

describe('a server that is killed', () => {
  const server = useServer();

  test.each(Object.keys(points) as PointName[])(
    '%s: nothing shows by halves, and the push can be repeated',
    async (name) => {
      await expectNothingLost(server.current, name, points[name]);
    },
  );
});
