import { isImageConfig } from './image-config.ts';
import type { ManifestParts } from './manifest-parts.ts';
import { isIndex } from './media-types.ts';

/** What a manifest is to its users. */
export const MANIFEST_KINDS = [
  'image',
  'index',
  'chart',
  'wasm',
  'model',
  'policy',
  'cache',
  'signature',
  'sbom',
  'attestation',
  'scan',
  'artifact',
] as const;

export type ManifestKind = (typeof MANIFEST_KINDS)[number];

/** A kind in a sentence. */
export const KIND_NAMES: Readonly<Record<ManifestKind, string>> = {
  image: 'an image',
  index: 'an index',
  chart: 'a Helm chart',
  wasm: 'a WebAssembly module',
  model: 'an AI model',
  policy: 'a policy',
  cache: 'a build cache',
  signature: 'a signature',
  sbom: 'an SBOM',
  attestation: 'an attestation',
  scan: 'a scan report',
  artifact: 'an artifact',
};

/** Kinds by words in the types of their content; the first that matches counts. */
const KINDS_BY_TYPE: readonly (readonly [ManifestKind, RegExp])[] = [
  ['chart', /\.helm\.(?:config|chart)/],
  ['wasm', /[./+]wasm\b/],
  // Ollama, Docker Model Runner, CNCF ModelPack and KitOps
  ['model', /\.ollama\.|\.docker\.ai\.|\.cncf\.model\.|modelkit/],
  ['policy', /openpolicyagent|\.opa\.|kyverno|\.policy\./],
  ['cache', /buildkit\.cacheconfig/],
  ['signature', /cosign.*sig|signature|sigstore\.bundle/],
  ['sbom', /spdx|cyclonedx|syft|sbom/],
  ['attestation', /in-toto|slsa|provenance|attestation|cosign.*\.att\b|dsse|vex\b/],
  ['scan', /sarif|vulnerabilit|scan/],
];

function kindOfType(type: string): ManifestKind | undefined {
  const text = type.toLowerCase();
  return KINDS_BY_TYPE.find(([, pattern]) => pattern.test(text))?.[0];
}

/**
 * The kind of a manifest by its media type and its artifact type.
 * @param annotations its own, or those in a list of referrers
 */
export function kindOf(
  mediaType: string,
  artifactType: string | null,
  annotations: Readonly<Record<string, string>> = {},
): ManifestKind {
  const kind = kindOfType(artifactType ?? '');
  if (kind === 'signature') return kindOfBundle(annotations) ?? kind;
  if (kind) return kind;
  if (isIndex(mediaType)) return 'index';
  return artifactType === null || isImageConfig(artifactType) ? 'image' : 'artifact';
}

/**
 * Bundles of Sigstore have one type for all kinds, and name the predicate in an annotation.
 * https://github.com/sigstore/cosign/blob/main/specs/BUNDLE_SPEC.md
 */
function kindOfBundle(annotations: Readonly<Record<string, string>>): ManifestKind | undefined {
  const predicate = annotations['dev.sigstore.bundle.predicateType'];
  if (predicate === undefined || /\bsign\b/.test(predicate)) return undefined;
  return kindOfType(predicate) === 'sbom' ? 'sbom' : 'attestation';
}

/** As `kindOf`, for a manifest whose content is known. */
export function kindOfContent(mediaType: string, parts: ManifestParts): ManifestKind {
  return kindOf(mediaType, typeOfContent(parts), parts.annotations);
}

interface TypedContent {
  readonly artifactType: string | null;
  readonly config: { readonly mediaType: string } | null;
  readonly layers: readonly { readonly mediaType: string }[];
  readonly children: readonly { readonly mediaType: string }[];
}

/**
 * The type that tells what a manifest is: `artifactType`, else its config's. cosign, BuildKit and
 * Ollama give the config of an image to what is none, which only the layers tell; and BuildKit's
 * caches are an index that lists layers and the config of the cache.
 */
export function typeOfContent(content: TypedContent): string | null {
  const { artifactType, config, layers, children } = content;
  if (artifactType) return artifactType;
  if (config === null) {
    return children.find((one) => kindOfType(one.mediaType) === 'cache')?.mediaType ?? null;
  }
  const [first] = layers;
  if (!first || !isImageConfig(config.mediaType)) return config.mediaType;
  const kinds = new Set(layers.map((layer) => kindOfType(layer.mediaType)));
  return kinds.size === 1 && !kinds.has(undefined) ? first.mediaType : config.mediaType;
}
