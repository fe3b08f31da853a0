import type { Digest } from '../../domain/digest.ts';
import { type ManifestNode, manifestsUnder } from './manifest-graph.ts';

/** An image with its referrers. */
export interface ImageGroup {
  readonly root: ManifestNode;
  readonly referrers: readonly ManifestNode[];
}

/** The tag of an index of referrers, for registries and layouts without the referrers API. */
const REFERRERS_TAG = /^sha(?:256|512)-[0-9a-f]{64,128}$/;

/**
 * Groups a layout's manifests by image: referrers (signatures, SBOMs) are pushed with their
 * subject. A referrer whose subject is absent is an image of its own.
 * https://github.com/opencontainers/image-spec/blob/main/manifest.md
 */
export function groupReferrers(
  roots: readonly ManifestNode[],
  names: ReadonlyMap<Digest, readonly string[]>,
): ImageGroup[] {
  const isList = ({ digest }: ManifestNode) =>
    names.get(digest)?.some((name) => REFERRERS_TAG.test(name)) ?? false;
  const candidates = roots.flatMap((root) => (isList(root) ? root.children : [root]));
  const referring = [...new Set(candidates)].filter(({ manifest }) => manifest.subject !== null);
  const images = roots.filter((root) => !isList(root) && root.manifest.subject === null);
  const groups = images.map((root) => ({ root, referrers: followReferrers(root, referring) }));
  const grouped = new Set(groups.flatMap(({ referrers }) => referrers));
  const alone = referring.filter((node) => !grouped.has(node));
  return [...groups, ...alone.map((root) => ({ root, referrers: [] }))];
}

/** The referrers of an image and of its children, and their referrers in turn. */
function followReferrers(root: ManifestNode, referring: readonly ManifestNode[]): ManifestNode[] {
  const subjects = new Set<Digest>(manifestsUnder([root]).map(({ digest }) => digest));
  const found = new Set<ManifestNode>();
  for (let before = -1; before < found.size; ) {
    before = found.size;
    for (const node of referring) {
      if (found.has(node) || node.manifest.subject === null) continue;
      if (!subjects.has(node.manifest.subject)) continue;
      found.add(node);
      subjects.add(node.digest);
    }
  }
  return [...found];
}
