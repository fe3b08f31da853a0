import { test } from 'vitest';
import { describeAsRoot } from '../../support/clients/as-root.ts';
import { type Docker, startDocker } from '../../support/clients/dockerd.ts';
import { EDGE, expectRelayPastLimit } from '../../support/clients/past-limit.ts';
import { hold, useServer } from '../../support/clients/setup.ts';

describeAsRoot('the relay for docker', ['docker', 'dockerd'], () => {
  const server = useServer();
  const engine = hold(startDocker, (docker: Docker) => docker.stop());

  test('takes a layer of 300 MB that the edge refuses, and brings it back', async () => {
    await expectRelayPastLimit(server.current, engine.current, EDGE);
  }, 900_000);
});
