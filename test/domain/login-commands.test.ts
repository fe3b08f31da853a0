import { expect, test } from 'vitest';
import { temporaryLoginCommands } from '../../src/domain/login-commands.ts';

const login = { host: 'registry.example', username: 'ann', secret: 'orlop_login_x' };
const piped = '-u ann --password-stdin';

test('the secret is on standard input where the client takes it, and nothing needs quotes', () => {
  expect(temporaryLoginCommands({ ...login, isPlain: false })).toEqual({
    docker: `echo orlop_login_x | docker login registry.example ${piped}`,
    podman: `echo orlop_login_x | podman login registry.example ${piped}`,
    nerdctl: `echo orlop_login_x | nerdctl login registry.example ${piped}`,
    helm: `echo orlop_login_x | helm registry login registry.example ${piped}`,
    ctr: 'ctr -n k8s.io image pull -u ann:orlop_login_x registry.example/WORKSPACE/IMAGE:TAG',
  });
});

test('at plain http each client but docker is told so', () => {
  const { docker, podman, nerdctl, helm, ctr } = temporaryLoginCommands({
    ...login,
    isPlain: true,
  });
  expect(docker).toBe(temporaryLoginCommands({ ...login, isPlain: false }).docker);
  expect(podman).toContain(' podman login --tls-verify=false registry.example ');
  expect(nerdctl).toContain(' nerdctl --insecure-registry login ');
  expect(helm).toContain(' helm registry login --plain-http ');
  expect(ctr).toContain(' pull --plain-http -u ');
});
