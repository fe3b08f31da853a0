import { stat } from 'node:fs/promises';
import { defineCommand } from 'citty';
import { ArchiveError } from '../archive/errors.ts';
import { type ArchiveImage, blobKey } from '../archive/images.ts';
import { planPush } from '../archive/push/plan.ts';
import {
  DEFAULT_CHUNK_BYTES,
  DEFAULT_PARALLEL,
  type PushResult,
  pushImage,
} from '../archive/push/push.ts';
import { readArchive, readImages } from '../archive/read/read-archive.ts';
import { RegistryError } from '../domain/errors.ts';
import { parseRepositoryName, parseTag, type Tag } from '../domain/names.ts';
import { findUnusableNames, tagsOfNames } from '../domain/saved-names.ts';
import { formatAddress, type ImageAddress, parseAddress } from './address.ts';
import { parseByteSize } from './byte-size.ts';
import { createClient } from './client.ts';
import { findCredential } from './credentials.ts';
import { CommandError, EXIT } from './exit.ts';
import { openFile, spool } from './files.ts';
import { readFolder } from './folder.ts';
import { formatBytes, shortenDigest } from './format.ts';
import { invocation } from './invocation.ts';
import { nodeRuntime } from './node-runtime.ts';
import { JSON_OUTPUT, PLAIN_HTTP } from './options.ts';
import { startProgress } from './progress.ts';
import { openState } from './state-file.ts';
import { strict } from './strict.ts';

export default defineCommand({
  meta: {
    name: 'push',
    description: 'Push an image from an archive, in chunks below any body limit',
  },
  plugins: [strict],
  args: {
    archive: {
      type: 'positional',
      required: true,
      description:
        'Archive of docker save, buildah, skopeo or ctr; folder of an OCI layout; - for stdin',
    },
    image: {
      type: 'positional',
      required: true,
      description:
        'Destination: host/workspace/image:tag (without tag: all that the archive names)',
    },
    name: {
      type: 'string',
      description: 'Name or digest of the image, if the archive has several',
    },
    chunk: {
      type: 'string',
      description: `Bytes per request (default: ${formatBytes(DEFAULT_CHUNK_BYTES)})`,
      valueHint: 'size',
    },
    parallel: {
      type: 'string',
      description: `Layers to send at once (default: ${DEFAULT_PARALLEL})`,
      valueHint: 'n',
    },
    'plain-http': PLAIN_HTTP,
    json: JSON_OUTPUT,
  },
  async run({ args }) {
    const address = parseTarget(args.image);
    const options = {
      plainHttp: args['plain-http'] === true,
      quiet: args.json === true,
      ...(args.chunk === undefined ? {} : { chunkBytes: parseByteSize('--chunk', args.chunk) }),
      ...(args.parallel === undefined ? {} : { parallel: parseParallel(args.parallel) }),
    };
    const opened = await openArchive(args.archive);
    try {
      const image = chooseImage(opened.images, args.name);
      const tags = chooseTags(image, address);
      const result = await pushFromArchive(image, address, tags, options);
      const images = tags.map((tag) => formatAddress({ ...address, tag }));
      const [first] = images;
      if (args.json) console.log(JSON.stringify({ image: first, images, ...result }));
      else for (const one of images) console.log(`${result.digest}  ${one}`);
    } finally {
      await opened.close();
    }
  },
});

interface PushCommandOptions {
  readonly plainHttp: boolean;
  readonly quiet: boolean;
  readonly chunkBytes?: number;
  readonly parallel?: number;
}

interface OpenArchive {
  readonly images: readonly ArchiveImage[];
  close(): Promise<void>;
}

async function openArchive(path: string): Promise<OpenArchive> {
  if (path === '-' && process.stdin.isTTY) {
    throw new CommandError(EXIT.usage, 'no archive on standard input');
  }
  const isFolder = path !== '-' && (await statOf(path)).isDirectory();
  if (isFolder) {
    const images = await readImages(await readFolder(path), nodeRuntime);
    return { images, close: async () => {} };
  }
  const file = path === '-' ? await spool(process.stdin) : await openFile(path);
  try {
    const { images } = await readArchive(file, { runtime: nodeRuntime });
    return { images, close: () => file.close() };
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function statOf(path: string) {
  return await stat(path).catch((error: Error) => {
    throw new CommandError(EXIT.usage, `${path} cannot be read: ${error.message}`);
  });
}

async function pushFromArchive(
  image: ArchiveImage,
  address: ImageAddress,
  tags: readonly Tag[],
  { plainHttp, quiet, ...limits }: PushCommandOptions,
): Promise<PushResult> {
  const { host, repository } = address;
  const plan = planPush(image, { repository, tags });
  const send = createClient({ host, plainHttp, credential: await findCredential(host) });
  const { state, save } = openState(host, repository);
  const progress = startProgress(plan.totalBytes, quiet);
  const shown = new Map<string, string>();
  let done = 0;
  try {
    return await pushImage(plan, send, {
      runtime: nodeRuntime,
      signal: interruptSignal(),
      state,
      onState: save,
      onProgress: ({ blob, phase, totalDone }) => {
        progress.advance(totalDone - done);
        done = totalDone;
        const key = blobKey(blob);
        if (phase === 'checking' || shown.get(key) === phase) return;
        shown.set(key, phase);
        progress.showStep(`${shortenDigest(key)} ${phase}`);
      },
      ...limits,
    });
  } catch (error) {
    if (!(error instanceof ArchiveError) || error.code !== 'NOT_SIGNED_IN') throw error;
    throw new CommandError(
      EXIT.denied,
      `${host} requires signing in: ${invocation()} login ${host}`,
    );
  } finally {
    progress.stop();
  }
}

/** Aborts on Ctrl+C; the next push resumes. */
function interruptSignal(): AbortSignal {
  const stop = new AbortController();
  const reason = new CommandError(
    EXIT.interrupted,
    'stopped; run the same command again to resume',
  );
  process.once('SIGINT', () => stop.abort(reason));
  return stop.signal;
}

function parseTarget(text: string): ImageAddress {
  const address = parseAddress(text, null);
  if (address.digest) throw new CommandError(EXIT.usage, 'push needs a tag, not a digest');
  try {
    parseRepositoryName(address.repository);
  } catch (error) {
    throw error instanceof RegistryError ? new CommandError(EXIT.usage, error.message) : error;
  }
  return address;
}

function chooseImage(images: readonly ArchiveImage[], name: string | undefined): ArchiveImage {
  const isSelected = (image: ArchiveImage) =>
    name === undefined || image.names.includes(name) || image.id === name;
  const selected = images.filter(isSelected);
  const [only] = selected;
  if (only && selected.length === 1) return only;
  const list = images.map(({ id, names }) => [id, ...names].join('  ')).join('\n  ');
  const what =
    name === undefined
      ? 'has several images'
      : selected.length === 0
        ? `has no image "${name}"`
        : `has several images "${name}"`;
  throw new CommandError(
    EXIT.usage,
    `the archive ${what}; choose one with --name, by digest or name:\n  ${list}`,
  );
}

/** The tag that was asked for, or all under which the image was saved. */
function chooseTags({ names }: ArchiveImage, { tag }: ImageAddress): readonly Tag[] {
  if (tag) return [tag];
  for (const { name, reason } of findUnusableNames(names)) {
    console.error(`not pushed under "${name}", which the archive names: ${reason}`);
  }
  const saved = tagsOfNames(names);
  return saved.length > 0 ? saved : [parseTag('latest')];
}

function parseParallel(text: string): number {
  const n = Number(text);
  if (Number.isInteger(n) && n >= 1 && n <= 16) return n;
  throw new CommandError(EXIT.usage, `--parallel takes a number from 1 to 16, not "${text}"`);
}
