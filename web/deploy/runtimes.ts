import { type DeployedImage, type PullLogin, portsOf, referenceOf } from './image.ts';
import { shellWord } from './shell.ts';

const originOf = ({ host, isPlain }: DeployedImage) => `${isPlain ? 'http' : 'https'}://${host}`;

/** Where containerd looks for the `hosts.toml` of a registry. */
export const hostsPath = ({ host }: DeployedImage) => `/etc/containerd/certs.d/${host}/hosts.toml`;

/** How containerd reaches the registry. */
export function hostsToml(image: DeployedImage): string {
  const origin = originOf(image);
  return [
    `server = "${origin}"`,
    '',
    `[host."${origin}"]`,
    '  capabilities = ["pull", "resolve"]',
    '',
  ].join('\n');
}

/** The plugin that pulls images, by the version of containerd. */
const PLUGINS = {
  2: { version: 3, plugin: 'io.containerd.cri.v1.images' },
  1: { version: 2, plugin: 'io.containerd.grpc.v1.cri' },
} as const;

/** The lines of containerd's `config.toml` that make it look for `hosts.toml`. */
export function configToml(containerd: keyof typeof PLUGINS): string {
  const { version, plugin } = PLUGINS[containerd];
  return [
    `version = ${version}`,
    '',
    `[plugins."${plugin}".registry]`,
    '  config_path = "/etc/containerd/certs.d"',
    '',
  ].join('\n');
}

/** docker's `daemon.json` for a registry at plain http; null where docker needs none. */
export function daemonJson({ host, isPlain }: DeployedImage): string | null {
  return isPlain ? `${JSON.stringify({ 'insecure-registries': [host] }, null, 2)}\n` : null;
}

/** The commands of docker to sign in, which asks for the password, and to run the image. */
export function dockerRunCommands(image: DeployedImage, { username }: PullLogin) {
  const ports = portsOf(image)
    .filter(({ protocol }) => protocol !== 'SCTP')
    .map(({ number, protocol }) => {
      const suffix = protocol === 'TCP' ? '' : `/${protocol.toLowerCase()}`;
      return `-p ${number}:${number}${suffix} `;
    });
  return {
    login: `docker login ${shellWord(image.host)} -u ${shellWord(username)}`,
    run: `docker run --rm ${ports.join('')}${referenceOf(image)}`,
  };
}
