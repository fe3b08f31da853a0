/** What is pushed, where to, and as whom. */
export interface Push {
  /** Host and port that clients reach the registry at, `registry.example:8443`. */
  readonly host: string;
  /** Whether the registry is at plain http. */
  readonly isPlain: boolean;
  readonly username: string;
  readonly password: string;
  /** The image on the client's machine, as its tool lists it: `nginx`, `nginx:1.27`. */
  readonly source: string;
  readonly workspace: string;
  readonly image: string;
  readonly tag: string;
}

/** The address that the image is pushed to. */
const addressOf = ({ host, workspace, image, tag }: Omit<Push, 'source'>) =>
  `${host}/${workspace}/${image}:${tag}`;

/** The commands of containerd's ctr, in the namespace of Kubernetes. */
export function ctrCommands(push: Push) {
  const address = addressOf(push);
  const plain = push.isPlain ? '--plain-http ' : '';
  const login = `${push.username}:${push.password}`;
  return {
    tag: `ctr -n k8s.io image tag ${fullReference(push.source)} ${address}`,
    push: `ctr -n k8s.io image push ${plain}-u ${login} ${address}`,
  };
}

/** The commands of docker; `safeLogin` keeps the password out of the list of processes. */
export function dockerCommands(push: Push) {
  const { host, username, password } = push;
  const address = addressOf(push);
  return {
    login: `docker login ${host} -u ${username} -p ${password}`,
    safeLogin: `echo ${password} | docker login ${host} -u ${username} --password-stdin`,
    tag: `docker tag ${push.source} ${address}`,
    push: `docker push ${address}`,
  };
}

/**
 * The name in containerd of an image that docker calls by a short name: `nginx` is
 * `docker.io/library/nginx:latest`.
 */
function fullReference(source: string): string {
  const [first = '', ...rest] = source.split('/');
  const hasHost = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost');
  const name = hasHost ? source : `docker.io/${rest.length > 0 ? '' : 'library/'}${source}`;
  return /[:@][^/]*$/.test(name) ? name : `${name}:latest`;
}

/** Suggests name and tag for an image on a machine: `nginx` and `1.27` for `team/nginx:1.27`. */
export function suggest(source: string): { readonly image: string; readonly tag: string } {
  const last = source.replace(/@.*$/, '').split('/').at(-1) ?? '';
  const [image = '', tag = ''] = last.split(':');
  return { image, tag: tag || 'latest' };
}

/** Whether a text may be put into a command as the image on the client's machine. */
export const isSource = (text: string) => /^\w[\w./:@-]*$/.test(text);
