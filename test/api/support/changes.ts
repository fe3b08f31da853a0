/** All that happens to content, in an order that looks random and is the same in every run. */
import { expect } from 'vitest';
import { ADMIN_CALLER, call, makeAdmin, type Page } from '../../support/worker/api-client.ts';
import { collect, DAY, HOUR } from '../../support/worker/collect.ts';
import {
  CONFIG_TYPE,
  type Descriptor,
  describeBytes,
  freshBytes,
  imageText,
  indexText,
  sha256,
  TYPES,
} from '../../support/worker/content.ts';
import { query } from '../../support/worker/database.ts';
import { addPulls } from '../../support/worker/pulls.ts';
import { pushBlob, putManifest } from '../../support/worker/push.ts';
import { ADMIN, expectStatus, send } from '../../support/worker/registry-client.ts';

/** Numbers that look random and are the same in every run. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) % below;
  };
}

/** Few, so that images share them; a size tells which of them are counted. */
const BLOBS = Array.from({ length: 9 }, (_, n) => freshBytes(2 ** n));

const FOREIGN_TYPE = 'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip';

interface Pushed {
  readonly image: string;
  readonly manifest: Descriptor;
  readonly blobs: readonly Descriptor[];
}

/** Makes changes to images of some workspaces, and counts those that changed something. */
export class Changes {
  readonly made: Record<string, number> = {};
  readonly #workspaces: readonly string[];
  readonly #pushed: Pushed[] = [];
  #random = numbers(1);

  constructor(workspaces: readonly string[]) {
    this.#workspaces = workspaces;
  }

  /** Begins the numbers of a seed. */
  restart(seed: number): void {
    this.#random = numbers(seed);
  }

  /** Makes one change; answers its name. */
  async next(): Promise<string> {
    const kinds = {
      push: () => this.#push(`t${this.#random(3)}`),
      'push over a tag': () => this.#push('t0'),
      'push by digest': () => this.#push(null),
      'push of an index': () => this.#pushIndex(),
      'push of a blob alone': () => this.#provide(this.#image(), this.#pick(BLOBS)),
      'deletion of a tag': () => this.#delete(this.#image(), `manifests/t${this.#random(3)}`),
      'deletion of a manifest': () => this.#deleteManifest(),
      'deletion of blobs': () => this.#deleteBlobs(),
      'deletion of an image': () => this.#deleteImage(),
      'workspace in the trash and back': () => this.#trashWorkspace(),
      restoration: () => this.#restore(),
      purge: () => this.#purge(),
      collection: () => this.#collect(),
      pulls: () => this.#pull(),
      'counting of blobs': () => countBlobs(),
    };
    const [name, change] = this.#pick(Object.entries(kinds));
    if (await change()) this.made[name] = (this.made[name] ?? 0) + 1;
    else this.made[name] ??= 0;
    return name;
  }

  #pick<T>(list: readonly T[]): T {
    return list[this.#random(list.length)] as T;
  }

  #recent(): Pushed | undefined {
    return this.#pick(this.#pushed.slice(-8));
  }

  #image(): string {
    return `${this.#pick(this.#workspaces)}/${this.#pick(['one', 'two'])}`;
  }

  async #provide(image: string, bytes: Uint8Array<ArrayBuffer>): Promise<boolean> {
    const mount = `/v2/${image}/blobs/uploads/?mount=${sha256(bytes)}&from=${this.#image()}`;
    const mounted = this.#random(2) === 0 && (await send(ADMIN, 'POST', mount)).status === 201;
    if (!mounted) await pushBlob(image, bytes);
    return true;
  }

  async #push(tag: string | null): Promise<boolean> {
    const image = this.#image();
    const [config, ...layers] = Array.from({ length: 1 + this.#random(3) }, () =>
      this.#pick(BLOBS),
    ) as [Uint8Array<ArrayBuffer>, ...Uint8Array<ArrayBuffer>[]];
    for (const bytes of [config, ...layers]) await this.#provide(image, bytes);
    const subject = this.#random(3) === 0 ? this.#recent()?.manifest : undefined;
    // A foreign layer counts where the image has it, and is not missed where it has not.
    const foreign =
      this.#random(3) === 0
        ? [{ ...describeBytes(this.#pick(BLOBS), FOREIGN_TYPE), urls: ['https://a.example'] }]
        : [];
    const blobs = [
      describeBytes(config, CONFIG_TYPE),
      ...layers.map((bytes) => describeBytes(bytes)),
      ...foreign,
    ];
    const text = imageText(blobs[0] as Descriptor, blobs.slice(1), subject ? { subject } : {});
    await expectStatus(await putManifest(image, tag ?? sha256(text), text), 201);
    this.#pushed.push({ image, manifest: describeBytes(text, TYPES.image), blobs });
    return true;
  }

  async #pushIndex(): Promise<boolean> {
    const { image = this.#image() } = this.#recent() ?? {};
    const children = this.#pushed.filter((one) => one.image === image).slice(-2);
    const text = indexText(children.map(({ manifest }) => manifest));
    const headers = { 'content-type': TYPES.index };
    const { status } = await putManifest(image, `t${this.#random(3)}`, text, headers);
    expect([201, 404]).toContain(status);
    if (status !== 201) return false;
    this.#pushed.push({ image, manifest: describeBytes(text, TYPES.index), blobs: [] });
    return true;
  }

  async #delete(image: string, rest: string): Promise<boolean> {
    const { status } = await send(ADMIN, 'DELETE', `/v2/${image}/${rest}`);
    expect([202, 404, 409]).toContain(status);
    return status === 202;
  }

  async #deleteManifest(): Promise<boolean> {
    const recent = this.#recent();
    if (recent === undefined) return false;
    return await this.#delete(recent.image, `manifests/${recent.manifest.digest}`);
  }

  /** Those of a manifest that goes to the trash before: it still needs them, so they are hidden. */
  async #deleteBlobs(): Promise<boolean> {
    const recent = this.#recent();
    if (recent === undefined) return false;
    await this.#delete(recent.image, `manifests/${recent.manifest.digest}`);
    const deleted = [];
    for (const { digest } of recent.blobs) {
      deleted.push(await this.#delete(recent.image, `blobs/${digest}`));
    }
    return deleted.includes(true);
  }

  async #deleteImage(): Promise<boolean> {
    const [workspace, image] = this.#image().split('/');
    const path = `/workspaces/${workspace}/images/${image}`;
    return (await call(ADMIN_CALLER, 'DELETE', path)).status === 200;
  }

  async #trashWorkspace(): Promise<boolean> {
    const path = `/workspaces/${this.#pick(this.#workspaces)}`;
    const { body } = await call<{ trashId: string }>(ADMIN_CALLER, 'DELETE', path);
    await collect({ gracePeriod: 0, now: Date.now() + HOUR });
    return (
      (await call(ADMIN_CALLER, 'POST', `/trash/${body.trashId}/restoration`, {})).status === 200
    );
  }

  async #trash(): Promise<string | undefined> {
    const { body } = await call<Page<{ id: string }>>(ADMIN_CALLER, 'GET', '/trash?scope=all');
    return this.#pick(body.items)?.id;
  }

  async #restore(): Promise<boolean> {
    const path = `/trash/${await this.#trash()}/restoration`;
    return (await call(ADMIN_CALLER, 'POST', path, {})).status === 200;
  }

  async #purge(): Promise<boolean> {
    const trashed = await this.#trash();
    return (await call(await makeAdmin(), 'DELETE', `/trash/${trashed}`)).status === 204;
  }

  async #collect(): Promise<boolean> {
    const workspace = this.#pick([...this.#workspaces, undefined]);
    const run = await collect({
      ...(workspace === undefined ? {} : { workspace }),
      emptyTrash: this.#random(2) === 0,
      gracePeriod: this.#pick([0, HOUR]),
      now: Date.now() + this.#pick([1, 2 * HOUR, 8 * DAY, 40 * DAY]),
    });
    expect(run).toMatchObject({ state: 'done', report: { errors: [] } });
    return run.freedObjects > 0;
  }

  async #pull(): Promise<boolean> {
    const [workspace = '', image = ''] = this.#image().split('/');
    const found = await query<{ id: number }>(
      `SELECT id FROM images WHERE name = ? AND workspace_id = (
        SELECT id FROM workspaces WHERE name = ?)`,
      ...[image, workspace],
    );
    for (const { id } of found) {
      await addPulls(id, this.#random(48), 1, `sha256:${this.#random(3)}`);
    }
    return found.length > 0;
  }
}

/** As readStoredTotals does where there are many: from here on a trigger follows them. */
async function countBlobs(): Promise<boolean> {
  await query(`UPDATE platform_totals SET (blobs, blob_bytes, counted_to) = (
    SELECT count(*), coalesce(sum(size), 0), coalesce(max(id), 0) FROM blobs)`);
  return true;
}
