import { expect, test } from 'vitest';
import { artifactKind } from '../../web/ui/artifact-kind.ts';

test.each([
  ['application/vnd.dev.cosign.artifact.sig.v1+json', 'signature'],
  ['application/vnd.cncf.notary.signature', 'signature'],
  ['application/vnd.dev.sigstore.bundle.v0.3+json', 'signature'],
  ['application/spdx+json', 'sbom'],
  ['application/vnd.cyclonedx+json', 'sbom'],
  ['application/vnd.in-toto+json', 'provenance'],
  ['application/sarif+json', 'scan'],
  ['application/vnd.example', 'other'],
  [null, 'other'],
])('%s is a %s', (type, kind) => {
  expect(artifactKind(type)).toBe(kind);
});
