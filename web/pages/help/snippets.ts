import { VERSION } from '../../../src/version.ts';

/** The registry's address, for the files and commands that Help shows. */
export interface RegistryAddress {
  /** Host and port, as image addresses begin. */
  readonly host: string;
  /** Host without the port. */
  readonly name: string;
  /** `https:` or `http:`. */
  readonly protocol: string;
}

const lines = (...text: string[]) => text.join('\n');

export const dockerCa = ({ host }: RegistryAddress) =>
  lines(
    `sudo mkdir -p /etc/docker/certs.d/${host}`,
    `sudo cp ca.crt /etc/docker/certs.d/${host}/ca.crt`,
  );

export const dockerInsecure = ({ host }: RegistryAddress) =>
  lines('{', `  "insecure-registries": ["${host}"]`, '}');

export const DOCKER_RESTART = lines(
  'sudo systemctl restart docker',
  'docker info | grep -A 2 "Insecure Registries"',
);

export const HOSTS_DIRECTORY = lines(
  '# containerd 2',
  `[plugins.'io.containerd.cri.v1.images'.registry]`,
  `  config_path = '/etc/containerd/certs.d'`,
  '',
  '# containerd 1.5 – 1.7',
  '[plugins."io.containerd.grpc.v1.cri".registry]',
  '  config_path = "/etc/containerd/certs.d"',
);

const hosts = (origin: string, ...more: string[]) =>
  lines(
    `server = "${origin}"`,
    '',
    `[host."${origin}"]`,
    '  capabilities = ["pull", "resolve", "push"]',
    ...more,
  );

export const hostsWithCa = ({ host }: RegistryAddress) =>
  hosts(`https://${host}`, `  ca = "/etc/containerd/certs.d/${host}/ca.crt"`);

export const hostsUnverified = ({ host }: RegistryAddress) =>
  hosts(`https://${host}`, '  skip_verify = true');

export const hostsPlain = ({ host }: RegistryAddress) => hosts(`http://${host}`);

export const oldContainerd = ({ host, protocol }: RegistryAddress) =>
  lines(
    'version = 2',
    '',
    `[plugins."io.containerd.grpc.v1.cri".registry.mirrors."${host}"]`,
    `  endpoint = ["${protocol}//${host}"]`,
    '',
    `[plugins."io.containerd.grpc.v1.cri".registry.configs."${host}".tls]`,
    '  insecure_skip_verify = true',
  );

export const CONTAINERD_RESTART = 'sudo systemctl restart containerd';

export const ctrWithHosts = ({ host }: RegistryAddress) =>
  `ctr -n k8s.io image push --hosts-dir /etc/containerd/certs.d -u USER:PASSWORD ${host}/WORKSPACE/IMAGE:TAG`;

export const reach = ({ host, name, protocol }: RegistryAddress) =>
  lines(`getent hosts ${name}`, `curl -i ${protocol}//${host}/v2/`);

export const ctrAllPlatforms = lines(
  'ctr -n k8s.io image pull --all-platforms docker.io/library/nginx:latest',
  'ctr -n k8s.io image push --platform linux/amd64 …',
);

/** The command, as npx fetches it from this registry. */
const orlop = ({ protocol, host }: RegistryAddress) =>
  `npx ${protocol}//${host}/orlop-${VERSION}.tgz`;

export const orlopPush = (registry: RegistryAddress) =>
  lines(
    `${orlop(registry)} login ${registry.host}`,
    `docker save IMAGE:TAG | ${orlop(registry)} push - ${registry.host}/WORKSPACE/IMAGE:TAG`,
  );

export const orlopRelay = (registry: RegistryAddress) =>
  lines(
    `${orlop(registry)} relay ${registry.host}`,
    'docker tag IMAGE:TAG localhost:5050/WORKSPACE/IMAGE:TAG',
    'docker push localhost:5050/WORKSPACE/IMAGE:TAG',
  );

export const pullSecret = ({ host }: RegistryAddress) =>
  lines(
    'kubectl create secret docker-registry orlop \\',
    `  --docker-server=${host} \\`,
    '  --docker-username=USER \\',
    '  --docker-password=PASSWORD',
  );

export const pod = ({ host }: RegistryAddress) =>
  lines(
    'apiVersion: v1',
    'kind: Pod',
    'metadata:',
    '  name: example',
    'spec:',
    '  imagePullSecrets:',
    '    - name: orlop',
    '  containers:',
    '    - name: example',
    `      image: ${host}/WORKSPACE/IMAGE:TAG`,
  );

export const SERVICE_ACCOUNT = lines(
  'kubectl patch serviceaccount default \\',
  `  -p '{"imagePullSecrets": [{"name": "orlop"}]}'`,
);
