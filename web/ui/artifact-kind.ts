/** Kinds of artifacts, by words in their types. */
const KINDS = [
  ['signature', /cosign.*sig|notary.*signature|signature|sigstore\.bundle/],
  ['sbom', /spdx|cyclonedx|syft|sbom/],
  ['provenance', /in-toto|slsa|provenance|attestation/],
  ['scan', /sarif|vulnerabilit|scan/],
] as const;

/** The kind of an artifact type; `other` if unknown. */
export function artifactKind(type: string | null) {
  return KINDS.find(([, pattern]) => pattern.test(type?.toLowerCase() ?? ''))?.[0] ?? 'other';
}
