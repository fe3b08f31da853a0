import { SECRET, toLabel } from '../deploy/image.ts';

/** What is pulled, from where, and as whom. */
export interface Pull {
  /** `host/workspace/image`. */
  readonly address: string;
  /** A tag, or a digest. */
  readonly reference: string;
  /** Whether the registry is at plain http. */
  readonly isPlain: boolean;
  /** The user that clients sign in as. */
  readonly username: string;
}

/** `host/workspace/image:tag`, or with `@` and a digest. */
function referenceOf({ address, reference }: Pull): string {
  return `${address}${reference.includes(':') ? '@' : ':'}${reference}`;
}

/** The command of each client to pull, or its configuration; ctr asks for the password itself. */
export function pullCommands(pull: Pull) {
  const reference = referenceOf(pull);
  const plain = pull.isPlain ? '--plain-http ' : '';
  return {
    docker: `docker pull ${reference}`,
    containerd: `ctr -n k8s.io image pull ${plain}-u ${pull.username} ${reference}`,
    podman: `podman pull ${pull.isPlain ? '--tls-verify=false ' : ''}${reference}`,
    kubernetes: `image: ${reference}`,
    pod: podOf(pull),
  };
}

/** The command of each client to sign in; it asks for the password, or takes it from PASSWORD. */
export function loginCommands({ address, isPlain, username }: Pull) {
  const [host = ''] = address.split('/');
  return {
    docker: `docker login ${host} -u ${username}`,
    podman: `podman login ${isPlain ? '--tls-verify=false ' : ''}${host} -u ${username}`,
  };
}

/** A pod of Kubernetes that runs the image, and signs in to pull it. */
function podOf(pull: Pull): string {
  const last = pull.address.split('/').at(-1) ?? '';
  const name = toLabel(last);
  return [
    'apiVersion: v1',
    'kind: Pod',
    'metadata:',
    `  name: ${name}`,
    'spec:',
    '  containers:',
    `    - name: ${name}`,
    `      image: ${referenceOf(pull)}`,
    '  imagePullSecrets:',
    `    - name: ${SECRET}`,
  ].join('\n');
}
