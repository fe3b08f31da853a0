import { afterEach, beforeAll, expect, test } from 'vitest';
import { type Caller, call, expectAnswer, signInAs } from '../support/worker/api-client.ts';
import {
  CONFIG_TYPE,
  describeBytes,
  freshBytes,
  imageText,
  indexText,
  TYPES,
} from '../support/worker/content.ts';
import { query } from '../support/worker/database.ts';
import { makeUser } from '../support/worker/people.ts';
import { pushBlob, putManifest } from '../support/worker/push.ts';
import { ADMIN, expectFault, expectStatus, send } from '../support/worker/registry-client.ts';

const LAYER = 'application/vnd.oci.image.layer.v1.tar+gzip';
const FOREIGN = 'application/vnd.oci.image.layer.nondistributable.v1.tar+gzip';
const urls = ['https://elsewhere.example/layer'];
const repository = 'library/layer-urls';

let reader: Caller;
let config: ReturnType<typeof describeBytes>;

beforeAll(async () => {
  reader = await signInAs(await makeUser({ 1: 'viewer' }));
  const bytes = freshBytes();
  await pushBlob(repository, bytes);
  config = describeBytes(bytes, CONFIG_TYPE);
});

afterEach(async () => {
  await query("DELETE FROM settings WHERE name = 'layerUrls'");
});

const allow = async () =>
  await query("INSERT INTO settings (name, value, updated_at) VALUES ('layerUrls', 'true', 0)");

/** Puts an image of one layer, tagged v1. */
const put = async (layer: object) =>
  await putManifest(repository, 'v1', imageText(config, [layer as typeof config]));

interface Layer {
  readonly digest: string;
  readonly urls: string[];
  readonly isElsewhere: boolean;
}

async function viewLayers(): Promise<readonly Layer[]> {
  const path = '/workspaces/library/images/layer-urls/versions/v1';
  return expectAnswer(await call<{ layers: Layer[] }>(reader, 'GET', path), 200).layers;
}

test.each([undefined, [], [''], ['ftp://elsewhere.example/layer']])(
  'a foreign layer with the addresses %j that was not pushed is refused',
  async (none) => {
    const layer = { ...describeBytes(freshBytes(), FOREIGN), urls: none };
    await expectFault(await put(layer), 404, 'MANIFEST_BLOB_UNKNOWN');
    const bytes = freshBytes();
    await pushBlob(repository, bytes);
    await expectStatus(await put({ ...describeBytes(bytes, FOREIGN), urls: none }), 201);
  },
);

test('the view says of a foreign layer whether the registry has it', async () => {
  const absent = { ...describeBytes(freshBytes(), FOREIGN), urls };
  await expectStatus(await put(absent), 201);
  expect(await viewLayers()).toMatchObject([{ digest: absent.digest, urls, isElsewhere: true }]);
  const bytes = freshBytes();
  await pushBlob(repository, bytes);
  await expectStatus(await put({ ...describeBytes(bytes, FOREIGN), urls }), 201);
  expect(await viewLayers()).toMatchObject([{ urls, isElsewhere: false }]);
});

test('other layers have addresses only while a setting says so', async () => {
  const layer = { ...describeBytes(freshBytes(), LAYER), urls };
  const refused = await put(layer);
  expect(refused.status).toBe(400);
  const [fault] = (await refused.json<{ errors: { code: string; message: string }[] }>()).errors;
  expect(fault).toMatchObject({
    code: 'MANIFEST_INVALID',
    message: expect.stringContaining('layers.0.urls'),
  });
  await expectStatus(await put({ ...config, mediaType: LAYER, urls: [] }), 201);
  await allow();
  await expectStatus(await put(layer), 201);
  expect(await viewLayers()).toMatchObject([{ urls, isElsewhere: true }]);
  const blob = await send(ADMIN, 'GET', `/v2/${repository}/blobs/${layer.digest}`);
  await expectFault(blob, 404, 'BLOB_UNKNOWN');
});

test('a config and the manifests of an index are pushed, whatever their addresses', async () => {
  const absent = { ...describeBytes(freshBytes(), CONFIG_TYPE), urls };
  const child = { ...describeBytes(freshBytes(), TYPES.image), urls };
  const headers = { 'content-type': TYPES.index };
  const putImage = () => putManifest(repository, 'v1', imageText(absent, []));
  const putIndex = () => putManifest(repository, 'v1', indexText([child]), headers);
  await expectFault(await putImage(), 400, 'MANIFEST_INVALID');
  await expectFault(await putIndex(), 400, 'MANIFEST_INVALID');
  await allow();
  await expectFault(await putImage(), 404, 'MANIFEST_BLOB_UNKNOWN');
  await expectFault(await putIndex(), 404, 'MANIFEST_BLOB_UNKNOWN');
});
