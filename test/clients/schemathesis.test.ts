import { expect, test } from 'vitest';
import {
  expectStatus,
  KEEPING,
  repeatOption,
  useSchemathesis,
} from '../support/clients/schemathesis.ts';
import { describeWithTools } from '../support/tools.ts';

describeWithTools('schemathesis', ['python3', 'schemathesis'], () => {
  const held = useSchemathesis();
  const keeping = repeatOption('include-operation-id', KEEPING);

  test('finds no answer that the document does not have, for an image that is there', async () => {
    const api = held.current;
    const caller = await api.signIn();
    expect(await api.tryApi(caller, 'quick', keeping)).toBeGreaterThan(100);
    const image = '/workspaces/library/images/app';
    await expectStatus(await api.call('GET', image, undefined, caller), 200);
  });

  test('finds none for an anonymous caller, who is refused', async () => {
    expect(await held.current.tryApi({}, 'quick', keeping)).toBeGreaterThan(100);
  });
});
