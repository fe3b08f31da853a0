import { beforeAll, expect, test } from 'vitest';
import {
  type Caller,
  call,
  expectAnswer,
  readAll,
  signInAs,
} from '../support/worker/api-client.ts';
import {
  CONFIG_TYPE,
  describeBytes,
  freshBytes,
  imageText,
  indexText,
  TYPES,
} from '../support/worker/content.ts';
import { makeProject, makeUser, makeWorkspace } from '../support/worker/people.ts';
import { pushBlob, pushImage, pushIndex, putManifest } from '../support/worker/push.ts';
import { expectStatus } from '../support/worker/registry-client.ts';
import { archivePath, ask } from './support/archives.ts';

interface Described {
  readonly kind: string;
  readonly digest: string;
}

interface View extends Described {
  readonly children: readonly Described[];
  readonly referrers: readonly Described[];
  readonly config: { readonly createdAt: string | null } | null;
  readonly layers: readonly { readonly createdAt: string | null }[];
}

let workspace: string;
let viewer: Caller;

beforeAll(async () => {
  const project = await makeProject();
  workspace = await makeWorkspace(project);
  viewer = await signInAs(await makeUser({ [project]: 'viewer' }));
});

const pathOf = (image: string, rest = '') =>
  `/workspaces/${workspace}/images/${image}/versions${rest}`;
const view = async (image: string) =>
  expectAnswer(await call<View>(viewer, 'GET', pathOf(image, '/v1')), 200);

/** Pushes blobs of media types; answers their descriptors. */
async function pushTyped(image: string, types: readonly string[]) {
  const blobs = types.map((type) => ({ type, bytes: freshBytes() }));
  for (const { bytes } of blobs) await pushBlob(`${workspace}/${image}`, bytes);
  return blobs.map(({ type, bytes }) => describeBytes(bytes, type));
}

const LAYER = 'application/vnd.oci.image.layer.v1.tar+gzip';
const CACHE = 'application/vnd.buildkit.cacheconfig.v0';

test.each([
  ['chart', 'application/vnd.cncf.helm.config.v1+json', 'a Helm chart'],
  ['wasm', 'application/vnd.wasm.config.v0+json', 'a WebAssembly module'],
  ['model', 'application/vnd.cncf.model.config.v1+json', 'an AI model'],
  ['policy', 'application/vnd.cncf.openpolicyagent.config.v1+json', 'a policy'],
  ['cache', CACHE, 'a build cache'],
  ['artifact', 'application/vnd.example', 'an artifact'],
  ['signature', CONFIG_TYPE, 'a signature', 'application/vnd.dev.cosign.simplesigning.v1+json'],
  ['attestation', CONFIG_TYPE, 'an attestation', 'application/vnd.in-toto+json'],
])(
  'of the kind %s by the type %s, list, page and archive say so',
  async (kind, type, name, layerType = LAYER) => {
    const [config, layer] = await pushTyped(kind, [type, layerType]);
    if (!config || !layer) throw new Error('nothing was pushed');
    await expectStatus(
      await putManifest(`${workspace}/${kind}`, 'v1', imageText(config, [layer])),
      201,
    );
    expect((await view(kind)).kind).toBe(kind);
    expect(await readAll(viewer, pathOf(kind))).toMatchObject([{ kind }]);
    const refused = await ask(viewer, archivePath(`${workspace}/${kind}`, 'v1'));
    expect([refused.status, await refused.text()]).toEqual([
      400,
      expect.stringContaining(`docker cannot load ${name}`),
    ]);
  },
);

test('the index of a build cache is one, and its children are layers', async () => {
  const repository = `${workspace}/cache-index`;
  const listed = await pushTyped('cache-index', [LAYER, CACHE]);
  const headers = { 'content-type': TYPES.index };
  await expectStatus(await putManifest(repository, 'v1', indexText(listed), headers), 201);
  const found = await view('cache-index');
  expect([found.kind, ...found.children.map(({ kind }) => kind)]).toEqual([
    'cache',
    'layer',
    'cache',
  ]);
  expect(await readAll(viewer, pathOf('cache-index'))).toMatchObject([{ kind: 'cache' }]);
  const archive = async (query: string) =>
    await (await ask(viewer, archivePath(repository, 'v1', query))).text();
  expect(await archive('')).toContain('docker cannot load a build cache');
  expect(await archive('?platform=linux/amd64')).toContain('a build cache without images');
});

test('an index names images and attestations among its children, and its referrers', async () => {
  const repository = `${workspace}/attested`;
  const [image, attestation] = [
    await pushImage(repository, null),
    await pushImage(repository, null),
  ];
  const index = await pushIndex(repository, 'v1', [
    { ...image.descriptor, platform: { os: 'linux', architecture: 'amd64' } },
    {
      ...attestation.descriptor,
      platform: { os: 'unknown', architecture: 'unknown' },
      annotations: { 'vnd.docker.reference.type': 'attestation-manifest' },
    },
  ]);
  const { mediaType, digest, size } = index;
  const fields = {
    artifactType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
    subject: { mediaType, digest, size },
    annotations: {
      'dev.sigstore.bundle.predicateType': 'https://slsa.dev/provenance/v1',
      'org.opencontainers.image.created': '0001-01-01T00:00:00Z',
    },
  };
  await pushImage(repository, null, { fields });
  const found = await view('attested');
  expect(found.kind).toBe('index');
  expect(found.children.map(({ kind }) => kind)).toEqual(['image', 'attestation']);
  expect(found.referrers).toMatchObject([{ kind: 'attestation', createdAt: null }]);
});

test.each([
  ['of Go', '0001-01-01T00:00:00Z'],
  ['of Unix', '1970-01-01T00:00:00Z'],
  ['of zip', '1980-01-01T00:00:01Z'],
  ['that is impossible', '2024-02-30T00:00:00Z'],
  ['that is absent', undefined],
])('an image of a time %s has no time of creation', async (name, created) => {
  const image = `time-${name.replaceAll(' ', '-').toLowerCase()}`;
  const layer = freshBytes();
  const text = JSON.stringify({ os: 'linux', created, history: [{ created, created_by: 'x' }] });
  for (const bytes of [Buffer.from(text), layer]) await pushBlob(`${workspace}/${image}`, bytes);
  const manifest = imageText(describeBytes(text, CONFIG_TYPE), [describeBytes(layer)]);
  await expectStatus(await putManifest(`${workspace}/${image}`, 'v1', manifest), 201);
  const found = await view(image);
  expect(found.config?.createdAt).toBeNull();
  expect(found.layers.map(({ createdAt }) => createdAt)).toEqual([null]);
});
