import { defineCommand } from 'citty';
import type { Send } from '../archive/push/send.ts';
import { choosePlatform } from '../archive/write/choose-platform.ts';
import { explainElsewhere } from '../archive/write/elsewhere.ts';
import { type ArchiveFormat, layOutImage } from '../archive/write/image-archive.ts';
import {
  gatherContents,
  type ImageContents,
  type RawManifest,
} from '../archive/write/image-contents.ts';
import type { TarLayout } from '../archive/write/tar-layout.ts';
import { type SendBlob, writeArchive } from '../archive/write/write-archive.ts';
import type { Digest } from '../domain/digest.ts';
import { isIndex } from '../domain/media-types.ts';
import { type Platform, parsePlatform } from '../domain/platforms.ts';
import { formatAddress, type ImageAddress, parseAddress } from './address.ts';
import { createClient } from './client.ts';
import { findCredential } from './credentials.ts';
import { CommandError, EXIT } from './exit.ts';
import { fetchBlob } from './fetch-blob.ts';
import { fetchManifest } from './fetch-manifest.ts';
import { formatBytes, shortenDigest } from './format.ts';
import { JSON_OUTPUT, PLAIN_HTTP } from './options.ts';
import { openOutput } from './output.ts';
import { startProgress } from './progress.ts';
import { sendWithRetry } from './retry.ts';
import { strict } from './strict.ts';

export default defineCommand({
  meta: { name: 'pull', description: 'Save an image from any registry as an archive' },
  plugins: [strict],
  args: {
    image: {
      type: 'positional',
      required: true,
      description: 'host/workspace/image:tag, or …@digest',
    },
    output: {
      type: 'string',
      alias: 'o',
      description: 'File to write, - for standard output (default: named after the image)',
      valueHint: 'file',
    },
    format: {
      type: 'enum',
      options: ['docker', 'oci'],
      default: 'docker',
      description:
        'docker: for docker load, skopeo, ctr; oci: an OCI layout, all platforms of an index',
    },
    platform: {
      type: 'string',
      description:
        'Image of an index, such as linux/arm64 or windows(10.0.20348.2700)/amd64 (default for docker: linux/amd64)',
      valueHint: 'os/arch',
    },
    'plain-http': PLAIN_HTTP,
    json: JSON_OUTPUT,
  },
  async run({ args }) {
    const address = parseAddress(args.image);
    const options = { format: args.format as ArchiveFormat, platform: readPlatform(args.platform) };
    const file = args.output ?? defaultFile(address);
    const credential = await findCredential(address.host);
    const plainHttp = args['plain-http'] === true;
    const send = createClient({ host: address.host, plainHttp, credential });
    const { root, layout } = await plan(send, address, options);
    await save(send, address, layout, file, args.json === true);
    const digest = root.digest;
    const result = { image: formatAddress(address), digest, file, bytes: layout.size };
    // Standard output may be the archive.
    const print = file === '-' ? console.error : console.log;
    print(args.json ? JSON.stringify(result) : `${digest}  ${file}  ${formatBytes(layout.size)}`);
  },
});

interface PullOptions {
  readonly format: ArchiveFormat;
  readonly platform: Platform | null;
}

async function plan(
  send: Send,
  address: ImageAddress,
  { format, platform }: PullOptions,
): Promise<{ readonly root: RawManifest; readonly layout: TarLayout }> {
  const read = (reference: string) => fetchManifest(send, address, reference);
  const asked = await read(address.digest ?? address.tag ?? 'latest');
  const whole = format === 'oci' && platform === null;
  const isChoice = isIndex(asked.mediaType) && !whole;
  const root = isChoice ? await read(choosePlatform(asked.text, platform).digest) : asked;
  const contents = await gatherContents(root, (digests) => Promise.all(digests.map(read)));
  const sizes = await locateBlobs(send, address, contents);
  const { tag } = address;
  const name = tag && { address: formatAddress({ ...address, digest: null }), tag };
  return { root, layout: await layOutImage(format, contents, name, sizes) };
}

/** Sizes of the blobs, without those elsewhere that the registry does not have: it says which. */
async function locateBlobs(
  send: Send,
  { repository }: ImageAddress,
  { blobs }: ImageContents,
): Promise<ReadonlyMap<Digest, number>> {
  const sizes = new Map(blobs.map(({ digest, size }) => [digest, size]));
  for (const blob of blobs.filter(({ foreign }) => foreign)) {
    const path = `/v2/${repository}/blobs/${blob.digest}`;
    const { status } = await sendWithRetry(send, { method: 'HEAD', path });
    if (status !== 404) continue;
    sizes.delete(blob.digest);
    console.error(explainElsewhere(blob));
  }
  return sizes;
}

async function save(
  send: Send,
  address: ImageAddress,
  layout: TarLayout,
  file: string,
  quiet: boolean,
): Promise<void> {
  const progress = startProgress(layout.size, quiet);
  const output = await openOutput(file, (bytes) => progress.advance(bytes));
  const sendBlob: SendBlob = async (blob, _range, target) => {
    progress.showStep(`${shortenDigest(blob.digest)} ${formatBytes(blob.size)}`);
    const body = await fetchBlob(send, address, blob);
    await body.pipeTo(target, { preventClose: true, preventAbort: true });
  };
  try {
    await writeArchive(layout, null, sendBlob, output.stream);
    await output.commit();
  } catch (error) {
    await output.abort();
    throw error;
  } finally {
    progress.stop();
  }
}

function readPlatform(text: string | undefined): Platform | null {
  if (text === undefined) return null;
  const platform = parsePlatform(text);
  if (platform) return platform;
  throw new CommandError(
    EXIT.usage,
    `--platform takes os/architecture, such as linux/arm64, not "${text}"`,
  );
}

function defaultFile({ repository, tag, digest }: ImageAddress): string {
  return `${`${repository}_${tag ?? digest}`.replaceAll(/[/:]/g, '-')}.tar`;
}
