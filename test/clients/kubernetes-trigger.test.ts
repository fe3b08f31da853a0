/** Continuous delivery: what docker pushes is what a workload of Kubernetes runs a moment later. */
import { expect, test } from 'vitest';
import { PRESETS } from '../../src/domain/triggers/presets/presets.ts';
import { adminSession } from '../support/admin-session.ts';
import { describeAsRoot } from '../support/clients/as-root.ts';
import { startDocker } from '../support/clients/dockerd.ts';
import { KubeApi } from '../support/clients/kube-api.ts';
import { remoteContents } from '../support/clients/remote.ts';
import { hold } from '../support/clients/setup.ts';
import { pushByDocker } from '../support/clients/small-push.ts';
import { waitFor } from '../support/processes.ts';
import { type Server, startServer } from '../support/server.ts';

const PATH = '/apis/apps/v1/namespaces/default/deployments/web?fieldManager=orlop';

async function ask<T>(server: Server, method: string, path: string, body?: unknown) {
  const answer = await fetch(`${server.origin}/api/v1${path}`, {
    method,
    headers: { ...(await adminSession(server)), 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: answer.status, body: (await answer.json()) as T };
}

/** The trigger of the preset for a Deployment, with what its owner fills in. */
function triggerFor(kube: KubeApi, name: string) {
  return {
    ...{ name, workspace: null, enabled: true, events: ['image.pushed'] },
    ...{ images: ['cd-*'], tags: ['v*'], secret: KubeApi.TOKEN },
    action: { ...PRESETS['kubernetes-deployment'].action, url: `${kube.origin}${PATH}` },
  };
}

const makeTrigger = async (server: Server, kube: KubeApi, name: string) =>
  await ask<{ id: number }>(server, 'POST', '/projects/1/triggers', triggerFor(kube, name));

describeAsRoot('a trigger for Kubernetes', ['docker', 'dockerd'], () => {
  const docker = hold(startDocker, (engine) => engine.stop());
  const kube = hold(
    () => new KubeApi().start(),
    (api) => api.stop(),
  );
  const opened = hold(
    () => startServer({ args: ['--allow-outbound', 'loopback'] }),
    (server) => server.stop(),
  );

  test('sets the image of a Deployment to what docker pushed', async () => {
    const server = opened.current;
    await ask(server, 'PATCH', '/settings', { triggerHttp: true });
    expect((await makeTrigger(server, kube.current, 'deploy')).status).toBe(201);
    await pushByDocker(docker.current, server, 'library/cd-app');
    await waitFor('the image is set', () => kube.current.image('app') !== 'nothing');
    const [digest] = await remoteContents(server, 'library/cd-app', 'v1');
    expect(kube.current.image('app')).toBe(`${server.host}/library/cd-app:v1@${digest}`);
    expect(kube.current.image('sidecar')).toBe('stays');
    expect(kube.current.requests).toHaveLength(1);
  });

  test('reaches nothing on networks that npm start was not told to open', async () => {
    const closed = await startServer();
    const other = await startServer({ args: ['--allow-outbound', '192.0.2.0/24'] });
    try {
      for (const server of [closed, other]) {
        await ask(server, 'PATCH', '/settings', { triggerHttp: true });
      }
      const before = kube.current.requests.length;
      const refused = await makeTrigger(closed, kube.current, 'deploy');
      expect(refused).toMatchObject({ status: 400, body: { field: 'action.url' } });
      const { status, body } = await makeTrigger(other, kube.current, 'deploy');
      expect(status).toBe(201);
      const test = await ask(other, 'POST', `/projects/1/triggers/${body.id}/test`);
      expect(test).toMatchObject({ status: 200, body: { outcome: 'given-up', answer: null } });
      expect(kube.current.requests).toHaveLength(before);
    } finally {
      await Promise.all([closed.stop(), other.stop()]);
    }
  });
});
