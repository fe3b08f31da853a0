/** What artifact types are about, by words that stand in them. */
const KINDS = [
  ['signature', /cosign.*sig|notary.*signature|signature|sigstore\.bundle/],
  ['sbom', /spdx|cyclonedx|syft|sbom/],
  ['provenance', /in-toto|slsa|provenance|attestation/],
  ['scan', /sarif|vulnerabilit|scan/],
] as const;

/** What an artifact type is about; `other` where nobody can tell. */
export function artifactKind(type: string | null) {
  return KINDS.find(([, pattern]) => pattern.test(type?.toLowerCase() ?? ''))?.[0] ?? 'other';
}
