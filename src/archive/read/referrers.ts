import type { Digest } from '../../domain/digest.ts';
import { type ManifestNode, manifestsUnder } from './manifest-graph.ts';

/** An image with what refers to it. */
export interface ImageGroup {
  readonly root: ManifestNode;
  readonly referrers: readonly ManifestNode[];
}

/** How tools name an index of referrers where a registry, or a layout, has no list of them. */
const REFERRERS_TAG = /^sha(?:256|512)-[0-9a-f]{64,128}$/;

/**
 * Sorts a layout's manifests into images and what refers to them (signatures, SBOMs), which
 * goes where its subject goes. A referrer whose subject is not here stands by itself.
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

/** What refers to an image, to a part of it, or to something that does. */
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
