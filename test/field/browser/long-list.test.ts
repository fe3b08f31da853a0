import { test } from 'vitest';
import { describeConsole } from '../../support/browser/console.ts';
import { expectOnlyVisibleDrawn } from '../../support/browser/long-list.ts';

describeConsole('a long list', (held) => {
  test('of ten thousand images only those in view are drawn, down to the last', {
    timeout: 400_000,
  }, async () => {
    await expectOnlyVisibleDrawn(held.current, 10_000);
  });
});
