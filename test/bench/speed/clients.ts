import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Containerd } from '../../support/clients/containerd.ts';
import type { Docker } from '../../support/clients/dockerd.ts';
import { run } from '../../support/clients/run.ts';
import { toolPath } from '../../support/tools.ts';
import type { Registry } from './registries.ts';

/** A registry, as far as a client has to know it. */
export type Target = Pick<Registry, 'origin' | 'login'>;

/** A client that pushes an image it has and pulls it as somebody who has nothing of it. */
export interface Client {
  readonly name: 'skopeo' | 'ctr' | 'docker';
  /** Hands the client the image under the address that it is pushed to. Not measured. */
  prepare(layout: string, registry: Target, repository: string): Promise<void>;
  push(registry: Target, repository: string): Promise<void>;
  /** Takes the image from the client again. Not measured. */
  forget(registry: Target, repository: string): Promise<void>;
  pull(registry: Target, repository: string): Promise<void>;
}

const TAG = 'bench';

const hostOf = ({ origin }: Target) => new URL(origin).host;
const addressOf = (registry: Target, repository: string) =>
  `${hostOf(registry)}/${repository}:${TAG}`;
const userOf = ({ login }: Target) => (login ? `${login.username}:${login.password}` : null);

/** skopeo, which keeps nothing: it reads the layout and writes the pulled image to a folder. */
export function skopeo(folder: string): Client {
  const layouts = new Map<string, string>();
  const pulled = join(folder, 'skopeo');
  // A cache of its own: what it has seen in one registry is not to be mounted in the next.
  const env = { HOME: folder, XDG_RUNTIME_DIR: folder };
  const copy = (args: readonly string[]) =>
    run(toolPath('skopeo'), ['copy', '--quiet', '--preserve-digests', ...args], { env });
  const credentials = (side: 'src' | 'dest', registry: Target) => {
    const user = userOf(registry);
    return [`--${side}-tls-verify=false`, ...(user ? [`--${side}-creds=${user}`] : [])];
  };
  return {
    name: 'skopeo',
    async prepare(layout, registry, repository) {
      layouts.set(addressOf(registry, repository), layout);
    },
    async push(registry, repository) {
      const address = addressOf(registry, repository);
      const from = `oci:${layouts.get(address)}:${TAG}`;
      await copy([...credentials('dest', registry), from, `docker://${address}`]);
    },
    async forget() {
      rmSync(pulled, { recursive: true, force: true });
    },
    async pull(registry, repository) {
      const address = addressOf(registry, repository);
      await copy([...credentials('src', registry), `docker://${address}`, `dir:${pulled}`]);
    },
  };
}

/** ctr of a containerd; unpacking is not measured: content is fetched only. */
export function ctr(containerd: Containerd): Client {
  const flags = (registry: Target) => {
    const user = userOf(registry);
    return ['--plain-http', ...(user ? ['--user', user] : [])];
  };
  return {
    name: 'ctr',
    async prepare(layout, registry, repository) {
      const archive = `${layout}.tar`;
      await run('tar', ['-cf', archive, '-C', layout, '.']);
      const name = `${hostOf(registry)}/${repository}`;
      await containerd.run(['images', 'import', '--no-unpack', '--base-name', name, archive]);
      rmSync(archive);
    },
    async push(registry, repository) {
      await containerd.run(['images', 'push', ...flags(registry), addressOf(registry, repository)]);
    },
    async forget(registry, repository) {
      await containerd.run(['images', 'rm', '--sync', addressOf(registry, repository)]);
    },
    async pull(registry, repository) {
      const address = addressOf(registry, repository);
      await containerd.run(['content', 'fetch', ...flags(registry), address]);
    },
  };
}

/** The docker engine, which unpacks what it pulls. */
export function docker(engine: Docker): Client {
  return {
    name: 'docker',
    async prepare(layout, registry, repository) {
      const archive = `${layout}.docker`;
      const address = addressOf(registry, repository);
      const to = `docker-archive:${archive}:${address}`;
      await run(toolPath('skopeo'), ['copy', '--quiet', `oci:${layout}:${TAG}`, to]);
      await engine.run(['load', '--quiet', '--input', archive]);
      rmSync(archive);
      const { login } = registry;
      if (!login) return;
      const args = ['login', '--username', login.username, '--password-stdin', hostOf(registry)];
      await engine.run(args, login.password);
    },
    async push(registry, repository) {
      await engine.run(['push', '--quiet', addressOf(registry, repository)]);
    },
    async forget(registry, repository) {
      await engine.run(['rmi', '--force', addressOf(registry, repository)]);
    },
    async pull(registry, repository) {
      await engine.run(['pull', '--quiet', addressOf(registry, repository)]);
    },
  };
}
