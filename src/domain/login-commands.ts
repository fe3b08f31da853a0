/** The longest life of a temporary login, in hours; the shortest is one. */
export const MAX_LOGIN_HOURS = 7 * 24;

/** A registry, and who logs in to it. No part needs quotes in a shell. */
interface ShownLogin {
  readonly host: string;
  readonly username: string;
  readonly secret: string;
  /** Whether the registry is at plain http. */
  readonly isPlain: boolean;
}

/**
 * A line for each client that logs in, with the secret on standard input where the client takes it:
 * the list of processes does not show it. ctr keeps no login, so its line pulls.
 */
export function temporaryLoginCommands({ host, username, secret, isPlain }: ShownLogin) {
  const pipe = (command: string) => `echo ${secret} | ${command} -u ${username} --password-stdin`;
  const flag = (text: string) => (isPlain ? ` ${text}` : '');
  return {
    docker: pipe(`docker login ${host}`),
    podman: pipe(`podman login${flag('--tls-verify=false')} ${host}`),
    nerdctl: pipe(`nerdctl${flag('--insecure-registry')} login ${host}`),
    helm: pipe(`helm registry login${flag('--plain-http')} ${host}`),
    ctr: `ctr -n k8s.io image pull${flag('--plain-http')} -u ${username}:${secret} ${host}/WORKSPACE/IMAGE:TAG`,
  };
}
