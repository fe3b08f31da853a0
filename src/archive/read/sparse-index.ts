import type { Descriptor } from '../../domain/manifest-parts.ts';
import { isIndex } from '../../domain/media-types.ts';
import { digestBytes } from '../digest-bytes.ts';
import { ArchiveError } from '../errors.ts';
import type { ArchiveRuntime } from '../runtime.ts';
import { blobPath, type ManifestNode, readManifest } from './manifest-graph.ts';

/** BuildKit's annotation of an attestation: the digest of the image it describes. */
const ATTESTED_DIGEST = 'vnd.docker.reference.digest';

/** What can be pushed of an index, and the manifests that are missing. */
interface PresentImages {
  readonly root: ManifestNode;
  readonly missing: readonly Descriptor[];
}

/**
 * Engines pull one platform of an index, and save the complete index with that platform only.
 * A registry refuses an index whose images it does not have. So the one image that is present is
 * pushed, as docker push does, or an index of those that are.
 * @throws ArchiveError FILE_MISSING if none is present
 */
export async function selectPresentImages(
  root: ManifestNode,
  runtime: ArchiveRuntime,
): Promise<PresentImages> {
  const { missing } = root;
  const [first] = missing;
  if (!first) return { root, missing };
  const absent = new Set<string>(missing.map(({ digest }) => digest));
  const listed = root.parts.children.filter(
    ({ digest, annotations }) =>
      !absent.has(digest) && !absent.has(annotations[ATTESTED_DIGEST] ?? ''),
  );
  const images = listed.filter(({ annotations }) => annotations[ATTESTED_DIGEST] === undefined);
  const [only] = images;
  if (!only) throw new ArchiveError('FILE_MISSING', { path: blobPath(first.digest) });
  const single = root.children.find(({ digest }) => digest === only.digest);
  if (images.length === 1 && single && !isIndex(single.mediaType)) return { root: single, missing };
  return { root: await keepChildren(root, listed, runtime), missing };
}

/** The index without its other children. */
async function keepChildren(
  root: ManifestNode,
  listed: readonly Descriptor[],
  runtime: ArchiveRuntime,
): Promise<ManifestNode> {
  const kept = new Set<string>(listed.map(({ digest }) => digest));
  const json = JSON.parse(new TextDecoder().decode(root.bytes)) as {
    manifests: { digest: string }[];
  };
  const manifests = json.manifests.filter(({ digest }) => kept.has(digest));
  const text = JSON.stringify({ ...json, manifests });
  const bytes = new TextEncoder().encode(text);
  const digest = await digestBytes(bytes, 'sha256', runtime);
  const document = { path: root.path, digest, bytes, text };
  const children = root.children.filter((child) => kept.has(child.digest));
  const { mediaType } = root;
  return { ...document, mediaType, ...readManifest(document, mediaType), children, missing: [] };
}
