import { expect } from 'vitest';
import type { Server } from '../server.ts';
import { randomBytes } from './bytes.ts';
import { writeDockerArchive } from './docker-archive.ts';
import { type Docker, startDocker } from './dockerd.ts';
import type { Platform } from './images.ts';
import { type Layer, layerOf } from './layers.ts';
import { remoteContents } from './remote.ts';
import { hold, useServer } from './setup.ts';

/** How an image is loaded; everything has a default. */
interface LoadOptions {
  /** In place of the server's, for a proxy in front of it. */
  host?: string;
  tag?: string;
  platform?: Platform;
}

/** The docker command with an engine of its own, and the server that it pushes to. */
export class DockerClient {
  readonly server: Server;
  readonly engine: Docker;

  constructor(server: Server, engine: Docker) {
    this.server = server;
    this.engine = engine;
  }

  /** Runs `docker …` and returns what it printed; throws when it fails. */
  run(args: string[], input?: string | Uint8Array): Promise<string> {
    return this.engine.run(args, input);
  }

  /** Pushes the tagged image, and finds the same digests at the registry and after a fresh pull. */
  async expectRoundTrip(repository: string, id: string): Promise<void> {
    const target = `${this.server.host}/${repository}:v1`;
    await this.run(['tag', id.trim(), target]);
    const printed = await this.push(repository, this.server.host);
    const [manifest = '', config] = await remoteContents(this.server, repository, 'v1');
    expect(printed).toContain(manifest);
    expect(config).toBe(id.trim());
    await this.run(['image', 'rm', '--force', id.trim()]);
    expect(await this.run(['pull', target])).toContain(manifest);
    expect(await this.imageId(target)).toBe(config);
  }

  async push(repository: string, host: string, tag = 'v1'): Promise<string> {
    await this.login(host);
    return this.run(['push', `${host}/${repository}:${tag}`]);
  }

  /** Loads an image of the layers, under the tag `v1` unless told, and returns its ID. */
  async load(repository: string, layers: Layer[], options: LoadOptions = {}): Promise<string> {
    const { host = this.server.host, tag = 'v1', platform } = options;
    const archive = this.engine.path('archive.tar');
    const id = await writeDockerArchive(archive, `${host}/${repository}:${tag}`, layers, platform);
    await this.run(['load', '--input', archive]);
    return id;
  }

  async imageId(image: string): Promise<string> {
    return (await this.run(['image', 'inspect', '--format', '{{.Id}}', image])).trim();
  }

  async login(host: string): Promise<void> {
    const { username, password } = this.server.credential;
    await this.run(['login', '--username', username, '--password-stdin', host], password);
  }
}

/** A server and a docker engine for the tests of a suite. */
export function useDocker(): { readonly current: DockerClient } {
  const server = useServer();
  return hold(
    async () => new DockerClient(server.current, await startDocker()),
    ({ engine }) => engine.stop(),
  );
}

/** A layer of one file of that size. */
export function dockerLayer(name: string, size: number): Layer {
  const bytes = randomBytes(size, `docker-${name}`);
  return layerOf('tar', [{ name: `${name}.bin`, bytes }]);
}
