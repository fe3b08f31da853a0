import { mkdir, writeFile } from 'node:fs/promises';
import type { Server } from '../server.ts';
import { type Tool, toolPath } from '../tools.ts';
import { writeDockerArchive } from './docker-archive.ts';
import type { Docker } from './dockerd.ts';
import { imageOf } from './images.ts';
import { layerOf } from './layers.ts';
import { writeArchive, writeLayout } from './oci-layout.ts';
import { run } from './run.ts';
import type { Scratch } from './scratch.ts';

/** A server whose project's credential every client finds where it looks for one. */
export interface Place {
  readonly server: Server;
  readonly scratch: Scratch;
  readonly env: Record<string, string>;
}

/** Pushes something small to a repository (`library/app`, `app`); throws what the client prints. */
export type SmallPush = (place: Place, repository: string) => Promise<unknown>;

const file = { name: 'a.txt', bytes: Buffer.from('a small push') };
const image = imageOf([layerOf('gzip', [file])]);

/** Signs the clients in. */
export async function signedIn(server: Server, scratch: Scratch): Promise<Place> {
  const { username, password } = server.credential;
  const config = scratch.path('client', 'config.json');
  await mkdir(scratch.path('client'), { recursive: true });
  const auths = { [server.host]: { auth: btoa(`${username}:${password}`) } };
  await writeFile(config, JSON.stringify({ auths }));
  const env = {
    HOME: scratch.dir,
    DOCKER_CONFIG: scratch.path('client'),
    REGISTRY_AUTH_FILE: config,
    HELM_REGISTRY_CONFIG: config,
  };
  return { server, scratch, env };
}

/** Each client that needs no daemon, by its tool. */
export const SMALL_PUSHES = {
  async skopeo({ server, scratch, env }, repository) {
    const source = `oci:${await writeLayout(scratch.path('layout'), { v1: image })}:v1`;
    const target = `docker://${server.host}/${repository}:v1`;
    const args = ['--insecure-policy', 'copy', '--dest-tls-verify=false', source, target];
    await run(toolPath('skopeo'), args, { env });
  },
  async podman({ server, scratch, env }, repository) {
    const archive = await writeArchive(scratch.path('archive.tar'), { v1: image });
    const storage = ['--root', scratch.path('podman'), '--runroot', scratch.path('podman-run')];
    const podman = (...args: string[]) =>
      run(toolPath('podman'), ['--storage-driver', 'vfs', ...storage, ...args], { env });
    const loaded = await podman('load', '--quiet', '--input', archive);
    const id = loaded.trim().split(' ').at(-1) ?? '';
    await podman('push', '--tls-verify=false', id, `docker://${server.host}/${repository}:v1`);
  },
  async crane({ server, scratch, env }, repository) {
    const dir = await writeLayout(scratch.path('layout'), { v1: image });
    await run(toolPath('crane'), ['push', dir, `${server.host}/${repository}:v1`], { env });
  },
  async regctl({ server, scratch, env }, repository) {
    const dir = await writeLayout(scratch.path('layout'), { v1: image });
    const regctl = (...args: string[]) => run(toolPath('regctl'), args, { env });
    await regctl('registry', 'set', server.host, '--skip-check', '--tls', 'disabled');
    await regctl('image', 'copy', `ocidir://${dir}:v1`, `${server.host}/${repository}:v1`);
  },
  async oras({ server, scratch, env }, repository) {
    await writeFile(scratch.path(file.name), file.bytes);
    const args = ['push', '--plain-http', `${server.host}/${repository}:v1`, file.name];
    await run(toolPath('oras'), args, { env, cwd: scratch.dir });
  },
  helm3: (place, repository) => pushChart('helm3', place, repository),
  helm4: (place, repository) => pushChart('helm4', place, repository),
} as const satisfies Partial<Record<Tool, SmallPush>>;

/** helm takes the last part of the repository and the tag from the chart. */
async function pushChart(
  tool: 'helm3' | 'helm4',
  { server, scratch, env }: Place,
  repository: string,
): Promise<void> {
  const [name = '', ...place] = repository.split('/').reverse();
  await mkdir(scratch.path(name), { recursive: true });
  const chart = `apiVersion: v2\nname: ${name}\nversion: 1.0.0\n`;
  await writeFile(scratch.path(name, 'Chart.yaml'), chart);
  await run(toolPath(tool), ['package', scratch.path(name), '-d', scratch.dir], { env });
  const target = `oci://${[server.host, ...place.reverse()].join('/')}`;
  const args = ['push', '--plain-http', scratch.path(`${name}-1.0.0.tgz`), target];
  await run(toolPath(tool), args, { env });
}

export async function pushByDocker(
  docker: Docker,
  { host, credential }: Server,
  repository: string,
): Promise<void> {
  const { username, password } = credential;
  await docker.run(['login', '--username', username, '--password-stdin', host], password);
  const archive = docker.path('archive.tar');
  await writeDockerArchive(archive, `${host}/${repository}:v1`, [layerOf('tar', [file])]);
  await docker.run(['load', '--input', archive]);
  await docker.run(['push', `${host}/${repository}:v1`]);
}

/** Builds by the engine's BuildKit, which pushes by itself; docker is signed in already. */
export async function pushByBuildx(
  docker: Docker,
  { host }: Server,
  repository: string,
): Promise<void> {
  const dir = docker.path('context');
  await mkdir(dir, { recursive: true });
  await writeFile(`${dir}/${file.name}`, file.bytes);
  await writeFile(`${dir}/Dockerfile`, `FROM scratch\nCOPY ${file.name} /\n`);
  await docker.sh(`${toolPath('buildx')} build --push --tag ${host}/${repository}:v1 ${dir}`);
}
