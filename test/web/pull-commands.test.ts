import { expect, test } from 'vitest';
import { loginCommands, type Pull, pullCommands } from '../../web/ui/pull-commands.ts';

const pull: Pull = {
  address: 'registry.example/payments/backend/api',
  reference: '1.4.2',
  isPlain: false,
  username: 'zhang.min',
};

test('each client pulls a version by its tag', () => {
  const { pod, ...lines } = pullCommands(pull);
  expect(lines).toEqual({
    docker: 'docker pull registry.example/payments/backend/api:1.4.2',
    containerd: 'ctr -n k8s.io image pull -u zhang.min registry.example/payments/backend/api:1.4.2',
    podman: 'podman pull registry.example/payments/backend/api:1.4.2',
    kubernetes: 'image: registry.example/payments/backend/api:1.4.2',
  });
  expect(pod).toBe(`apiVersion: v1
kind: Pod
metadata:
  name: api
spec:
  containers:
    - name: api
      image: registry.example/payments/backend/api:1.4.2
  imagePullSecrets:
    - name: orlop-registry`);
});

test('a digest comes after an at sign', () => {
  const { docker, kubernetes } = pullCommands({ ...pull, reference: 'sha256:ab' });
  expect(docker).toBe('docker pull registry.example/payments/backend/api@sha256:ab');
  expect(kubernetes).toBe('image: registry.example/payments/backend/api@sha256:ab');
});

test('a registry at plain http is pulled from without TLS', () => {
  const plain = { ...pull, address: '127.0.0.1:8787/library/alpine', isPlain: true };
  expect(pullCommands(plain)).toMatchObject({
    docker: 'docker pull 127.0.0.1:8787/library/alpine:1.4.2',
    containerd:
      'ctr -n k8s.io image pull --plain-http -u zhang.min 127.0.0.1:8787/library/alpine:1.4.2',
    podman: 'podman pull --tls-verify=false 127.0.0.1:8787/library/alpine:1.4.2',
  });
  expect(loginCommands(plain)).toEqual({
    docker: 'docker login 127.0.0.1:8787 -u zhang.min',
    podman: 'podman login --tls-verify=false 127.0.0.1:8787 -u zhang.min',
  });
});

test('an invalid name for Kubernetes is replaced by a valid one', () => {
  const { pod } = pullCommands({ ...pull, address: 'registry.example/a/my_app.v2__x' });
  expect(pod).toContain('  name: my-app-v2-x\n');
});
