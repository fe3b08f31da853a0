import {
  CONFIG_TYPE,
  type Descriptor,
  describeBytes,
  freshBytes,
  imageText,
  sha256,
  TYPES,
} from '../../support/worker/content.ts';
import { pushBlob, putManifest } from '../../support/worker/push.ts';
import { expectStatus } from '../../support/worker/registry-client.ts';

/** A version as a list has it. */
export interface Version {
  readonly tag: string;
  readonly digest: string;
  readonly platforms: string[];
  readonly [field: string]: unknown;
}

/** A version as its own address has it. */
export interface View extends Version {
  readonly config: Record<string, unknown> | null;
  readonly layers: {
    readonly digest: string | null;
    readonly createdBy: string | null;
    readonly size: number;
  }[];
  readonly children: { readonly digest: string; readonly platform: string | null }[];
  readonly referrers: { readonly digest: string; readonly artifactType: string }[];
  readonly [field: string]: unknown;
}

/** The path of an image's versions; `rest` follows it. */
export const versionsPath = (workspace: string, image: string, rest = ''): string =>
  `/workspaces/${workspace}/images/${encodeURIComponent(image)}/versions${rest}`;

/** Pushes an image with a config and a number of layers. */
export async function pushConfigured(
  repository: string,
  tag: string | null,
  config: unknown,
  layers = 1,
  type = CONFIG_TYPE,
): Promise<Descriptor & { readonly layers: readonly Descriptor[] }> {
  const text = typeof config === 'string' ? config : JSON.stringify(config);
  await pushBlob(repository, Buffer.from(text));
  const bytes = Array.from({ length: layers }, (_, n) => freshBytes(100 + n));
  for (const layer of bytes) await pushBlob(repository, layer);
  const descriptors = bytes.map((layer) => describeBytes(layer));
  const manifest = imageText(describeBytes(text, type), descriptors);
  await expectStatus(await putManifest(repository, tag ?? sha256(manifest), manifest), 201);
  return { ...describeBytes(manifest, TYPES.image), layers: descriptors };
}
