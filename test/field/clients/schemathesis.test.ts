import { expect, test } from 'vitest';
import {
  ENDING,
  expectStatus,
  KEEPING,
  repeatOption,
  useSchemathesis,
} from '../../support/clients/schemathesis.ts';
import { describeWithTools } from '../../support/tools.ts';

describeWithTools('schemathesis', ['python3', 'schemathesis'], () => {
  const held = useSchemathesis();

  test('finds no answer that the document does not have, for an image that is there', async () => {
    const api = held.current;
    const caller = await api.signIn();
    const passed = await api.tryApi(
      caller,
      'thorough',
      repeatOption('include-operation-id', KEEPING),
    );
    expect(passed).toBeGreaterThan(100);
    const image = '/workspaces/library/images/app';
    await expectStatus(await api.call('GET', image, undefined, caller), 200);
  });

  test('finds none in the whole API, which may delete that image', async () => {
    const api = held.current;
    const caller = await api.signIn();
    const passed = await api.tryApi(
      caller,
      'thorough',
      repeatOption('exclude-operation-id', ENDING),
    );
    expect(passed).toBeGreaterThan(300);
    await expectStatus(await api.call('GET', '/session', undefined, caller), 200);
  });

  test('finds none among the calls that end sessions', async () => {
    const api = held.current;
    const caller = await api.signIn();
    const passed = await api.tryApi(
      caller,
      'thorough',
      repeatOption('include-operation-id', ENDING),
    );
    expect(passed).toBeGreaterThan(20);
  });
});
