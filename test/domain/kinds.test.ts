import { expect, test } from 'vitest';
import { kindOf, kindOfContent } from '../../src/domain/kinds.ts';
import { parseManifestParts } from '../../src/domain/manifest-parts.ts';
import { OCI_IMAGE, OCI_INDEX } from '../../src/domain/media-types.ts';

test.each([
  [OCI_IMAGE, 'application/vnd.oci.image.config.v1+json', 'image'],
  [OCI_IMAGE, 'application/vnd.docker.container.image.v1+json', 'image'],
  [OCI_IMAGE, null, 'image'],
  [OCI_INDEX, null, 'index'],
  [OCI_IMAGE, 'application/vnd.cncf.helm.config.v1+json', 'chart'],
  [OCI_IMAGE, 'application/vnd.wasm.config.v0+json', 'wasm'],
  [OCI_IMAGE, 'application/vnd.buildkit.cacheconfig.v0', 'cache'],
  [OCI_INDEX, 'application/vnd.buildkit.cacheconfig.v0', 'cache'],
  [OCI_IMAGE, 'application/vnd.docker.attestation.manifest.v1+json', 'attestation'],
  [OCI_IMAGE, 'application/vnd.in-toto+json', 'attestation'],
  [OCI_IMAGE, 'application/vnd.dev.cosign.artifact.sig.v1+json', 'signature'],
  [OCI_IMAGE, 'application/vnd.cncf.notary.signature', 'signature'],
  [OCI_IMAGE, 'application/vnd.dev.sigstore.bundle.v0.3+json', 'signature'],
  [OCI_IMAGE, 'application/spdx+json', 'sbom'],
  [OCI_IMAGE, 'application/vnd.cyclonedx+json', 'sbom'],
  [OCI_IMAGE, 'application/sarif+json', 'scan'],
  [OCI_IMAGE, 'application/vnd.dev.cosign.artifact.att.v1+json', 'attestation'],
  [OCI_IMAGE, 'application/vnd.cncf.model.config.v1+json', 'model'],
  [OCI_IMAGE, 'application/vnd.docker.ai.model.config.v0.1+json', 'model'],
  [OCI_IMAGE, 'application/vnd.kitops.modelkit.config.v1+json', 'model'],
  [OCI_IMAGE, 'application/vnd.cncf.openpolicyagent.config.v1+json', 'policy'],
  [OCI_IMAGE, 'application/vnd.cncf.kyverno.config.v1+json', 'policy'],
  [OCI_IMAGE, 'application/vnd.oci.empty.v1+json', 'artifact'],
  [OCI_INDEX, 'application/vnd.example', 'index'],
  [OCI_IMAGE, 'application/vnd.example', 'artifact'],
])('%s of the type %s is of the kind %s', (mediaType, artifactType, kind) => {
  expect(kindOf(mediaType, artifactType)).toBe(kind);
});

test.each([
  ['https://sigstore.dev/cosign/sign/v1', 'signature'],
  ['https://slsa.dev/provenance/v1', 'attestation'],
  ['https://spdx.dev/Document', 'sbom'],
  ['https://cyclonedx.org/bom', 'sbom'],
  [undefined, 'signature'],
])('a bundle of Sigstore with the predicate %s is of the kind %s', (predicate, kind) => {
  const annotations = predicate ? { 'dev.sigstore.bundle.predicateType': predicate } : {};
  const type = 'application/vnd.dev.sigstore.bundle.v0.3+json';
  expect(kindOf(OCI_IMAGE, type, annotations)).toBe(kind);
});

const LAYER = 'application/vnd.oci.image.layer.v1.tar+gzip';
const descriptor = (mediaType: string) => ({
  mediaType,
  digest: `sha256:${'a'.repeat(64)}`,
  size: 1,
});

test.each([
  [['application/vnd.in-toto+json', 'application/vnd.in-toto+json'], 'attestation'],
  [['application/vnd.dev.cosign.simplesigning.v1+json'], 'signature'],
  [['application/vnd.dsse.envelope.v1+json'], 'attestation'],
  [['text/spdx+json'], 'sbom'],
  [['application/vnd.ollama.image.model', 'application/vnd.ollama.image.license'], 'model'],
  [[LAYER], 'image'],
  [[LAYER, 'application/vnd.in-toto+json'], 'image'],
  [[], 'image'],
])('with an image config, layers of the types %j make it of the kind %s', (types, kind) => {
  const config = descriptor('application/vnd.oci.image.config.v1+json');
  const parts = parseManifestParts(JSON.stringify({ config, layers: types.map(descriptor) }));
  expect(kindOfContent(OCI_IMAGE, parts)).toBe(kind);
});

test('an index of layers and the config of a cache is a build cache', () => {
  const manifests = [LAYER, 'application/vnd.buildkit.cacheconfig.v0'].map(descriptor);
  expect(kindOfContent(OCI_INDEX, parseManifestParts(JSON.stringify({ manifests })))).toBe('cache');
});

test('the artifact type counts before the config', () => {
  const config = descriptor('application/vnd.oci.empty.v1+json');
  const text = JSON.stringify({ artifactType: 'application/spdx+json', config, layers: [config] });
  expect(kindOfContent(OCI_IMAGE, parseManifestParts(text))).toBe('sbom');
});
