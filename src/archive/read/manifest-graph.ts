import { type Digest, digestAlgorithm, digestHex } from '../../domain/digest.ts';
import { RegistryError } from '../../domain/errors.ts';
import {
  type Descriptor,
  type ManifestParts,
  parseManifestParts,
} from '../../domain/manifest-parts.ts';
import { type Manifest, parseManifest } from '../../domain/manifests.ts';
import { isManifestMediaType, OCI_IMAGE, OCI_INDEX } from '../../domain/media-types.ts';
import { ArchiveError } from '../errors.ts';
import type { StoredManifest } from '../images.ts';
import type { ArchiveRuntime } from '../runtime.ts';
import { type Entries, hasEntry, type JsonDocument, parseObject, readDocument } from './entries.ts';

/** A manifest of a layout with its children. */
export interface ManifestNode extends StoredManifest {
  readonly path: string;
  readonly manifest: Manifest;
  readonly parts: ManifestParts;
  /** The manifests of an index that the archive has, in the order of the index. */
  readonly children: readonly ManifestNode[];
  /** The ones it does not have. */
  readonly missing: readonly Descriptor[];
}

/** Nested indexes; in practice there is one level. */
const MAX_LEVELS = 8;

/** All manifests are held in memory. */
const MAX_TOTAL_BYTES = 64 * 1024 * 1024;

/** The path of a blob in an OCI layout. */
export function blobPath(digest: Digest): string {
  return `blobs/${digestAlgorithm(digest)}/${digestHex(digest)}`;
}

/** Reads the manifests of a layout, each once, however many indexes list it. */
export class ManifestGraph {
  readonly #entries: Entries;
  readonly #runtime: ArchiveRuntime;
  readonly #nodes = new Map<Digest, ManifestNode>();
  #bytes = 0;

  constructor(entries: Entries, runtime: ArchiveRuntime) {
    this.#entries = entries;
    this.#runtime = runtime;
  }

  /** @throws ArchiveError */
  async load({ digest, mediaType }: Descriptor, level = 0): Promise<ManifestNode> {
    const loaded = this.#nodes.get(digest);
    if (loaded) return loaded;
    const document = await readDocument(this.#entries, blobPath(digest), digest, this.#runtime);
    this.#bytes += document.bytes.length;
    if (level > MAX_LEVELS || this.#bytes > MAX_TOTAL_BYTES) {
      throw invalid(document.path, 'its indexes are too large or nested too deeply');
    }
    const { manifest, parts } = readManifest(document, mediaType);
    const listed = parts.children.filter((child) => isManifestMediaType(child.mediaType));
    const isHere = (child: Descriptor) => hasEntry(this.#entries, blobPath(child.digest));
    const children: ManifestNode[] = [];
    for (const child of listed.filter(isHere)) children.push(await this.load(child, level + 1));
    const missing = listed.filter((child) => !isHere(child));
    const node = { ...document, mediaType: manifest.mediaType, manifest, parts, children, missing };
    this.#nodes.set(digest, node);
    return node;
  }
}

/** The media type of a descriptor that has none: its manifest tells. */
export const UNKNOWN_TYPE = '';

/** @throws ArchiveError MANIFEST_INVALID */
export function readManifest(
  { path, text }: JsonDocument,
  mediaType: string,
): { manifest: Manifest; parts: ManifestParts } {
  const type = mediaType === UNKNOWN_TYPE ? guessMediaType(text) : mediaType;
  try {
    return { manifest: parseManifest(type, text), parts: parseManifestParts(text) };
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error;
    throw invalid(path, error.message);
  }
}

/** OCI manifests may leave out their own media type. */
function guessMediaType(text: string): string {
  const json = parseObject(text);
  if (typeof json?.mediaType === 'string') return json.mediaType;
  return json && 'manifests' in json ? OCI_INDEX : OCI_IMAGE;
}

/** The distinct manifests below nodes, children first: the order to push them in. */
export function manifestsUnder(
  nodes: readonly ManifestNode[],
  found = new Set<ManifestNode>(),
): ManifestNode[] {
  for (const node of nodes.filter((one) => !found.has(one))) {
    manifestsUnder(node.children, found);
    found.add(node);
  }
  return [...found];
}

function invalid(path: string, reason: string): ArchiveError {
  return new ArchiveError('MANIFEST_INVALID', { path, reason });
}
