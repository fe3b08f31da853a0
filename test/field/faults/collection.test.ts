import { test } from 'vitest';
import {
  expectFinishedAfterKills,
  useServerWithoutGrace,
} from '../../faults/support/collections.ts';

const held = useServerWithoutGrace();

test('killed at thirty points: the next run finishes it, and bucket and database agree', async () => {
  await expectFinishedAfterKills(held.current, 30);
}, 900_000);
