/** Pushing to one repository, and looking at what is there. */
import { expect } from 'vitest';
import { type Blob, digestOf, type Image, MANIFEST_TYPE } from './image.ts';
import { type Answer, ask, type Registry, Sending } from './wire.ts';

export class Repository {
  readonly server: Registry;
  readonly path: string;

  /** @param name of the image, in the workspace `library` */
  constructor(server: Registry, name: string) {
    this.server = server;
    this.path = `/v2/library/${name}`;
  }

  /** Begins an upload and returns its address. */
  async begin(): Promise<string> {
    const { status, headers } = await ask(this.server, 'POST', `${this.path}/blobs/uploads/`);
    expect(status).toBe(202);
    return String(headers.location);
  }

  async pushImage({ layer, config, manifest }: Image, tag: string): Promise<void> {
    await this.pushBlob(layer);
    await this.pushBlob(config);
    expect((await this.putManifest(manifest, tag)).status).toBe(201);
  }

  /** As docker pushes: one PATCH without a length, then the PUT. */
  async pushBlob(blob: Blob): Promise<void> {
    const location = await this.begin();
    const patch = await new Sending(this.server, 'PATCH', location).end(blob.bytes);
    expect(patch.status).toBe(202);
    expect((await this.finish(location, blob.digest)).status).toBe(201);
  }

  finish(location: string, digest: string, body?: Uint8Array): Promise<Answer> {
    return ask(this.server, 'PUT', `${location}?digest=${digest}`, body);
  }

  putManifest(manifest: Blob, reference: string, headers = {}): Promise<Answer> {
    const path = `${this.path}/manifests/${reference}`;
    const type = { 'content-type': MANIFEST_TYPE };
    return ask(this.server, 'PUT', path, manifest.bytes, { ...type, ...headers });
  }

  /** The bytes of a blob, verified; null when there is none. */
  async readBlob(digest: string): Promise<Buffer | null> {
    return this.#read(`blobs/${digest}`, digest);
  }

  /** The manifest's bytes, verified against the digest that the registry names. */
  async readManifest(reference: string): Promise<Buffer | null> {
    return this.#read(`manifests/${reference}`);
  }

  /** Follows a tag to all of its content; null when there is no such tag. */
  async pull(tag: string): Promise<string[] | null> {
    const manifest = await this.readManifest(tag);
    if (!manifest) return null;
    const { config, layers } = JSON.parse(manifest.toString());
    for (const { digest, size } of [config, ...layers]) {
      expect((await this.readBlob(digest))?.length, `blob of tag ${tag}`).toBe(size);
    }
    return [digestOf(manifest), config.digest, ...layers.map((layer: Blob) => layer.digest)];
  }

  /** HEAD and GET agree: not there, or there and whole. */
  async #read(what: string, digest?: string): Promise<Buffer | null> {
    const path = `${this.path}/${what}`;
    const accept = { accept: MANIFEST_TYPE };
    const head = await ask(this.server, 'HEAD', path, undefined, accept);
    const get = await ask(this.server, 'GET', path, undefined, accept);
    expect([head.status, get.status]).toEqual(head.status === 404 ? [404, 404] : [200, 200]);
    if (head.status === 404) return null;
    expect(Number(head.headers['content-length'])).toBe(get.body.length);
    expect(digestOf(get.body)).toBe(digest ?? get.headers['docker-content-digest']);
    return get.body;
  }
}

/** The digests that `pull` should find. */
export function digestsOf({ manifest, config, layer }: Image): string[] {
  return [manifest.digest, config.digest, layer.digest];
}
