import { beforeAll, expect, test } from 'vitest';
import {
  type Caller,
  call,
  expectAnswer,
  expectProblem,
  readAll,
  signInAs,
} from '../support/worker/api-client.ts';
import { CONFIG_TYPE, type Descriptor, sha256 } from '../support/worker/content.ts';
import { imageId, query } from '../support/worker/database.ts';
import { makeProject, makeUser, makeWorkspace } from '../support/worker/people.ts';
import { pushImage, pushIndex } from '../support/worker/push.ts';
import { pushConfigured, type View, versionsPath } from './support/versions.ts';

let workspace: string;
let developer: Caller;
let viewer: Caller;

beforeAll(async () => {
  const project = await makeProject();
  workspace = await makeWorkspace(project);
  developer = await signInAs(await makeUser({ [project]: 'developer' }));
  viewer = await signInAs(await makeUser({ [project]: 'viewer' }));
});

const path = (image: string, rest = '') => versionsPath(workspace, image, rest);

const view = async (image: string, tag: string) =>
  expectAnswer(await call<View>(viewer, 'GET', path(image, `/${tag}`)), 200);

test('a view has the config, and layers matched with their build steps', async () => {
  const { layers } = await pushConfigured(
    `${workspace}/built`,
    '1',
    {
      os: 'linux',
      architecture: 'arm64',
      variant: 'v8',
      created: '2026-01-02T03:04:05+01:00',
      config: {
        User: '1000',
        Entrypoint: ['/app'],
        Cmd: null,
        Env: ['A=b'],
        ExposedPorts: { '80/tcp': {} },
        Labels: { 'org.example': 'x' },
      },
      history: [
        { created_by: 'ADD rootfs', created: '2026-01-01T00:00:00Z' },
        { created_by: 'ENV A=b', empty_layer: true },
        { created_by: 'COPY app', comment: 'buildkit' },
      ],
    },
    2,
  );
  const found = await view('built', '1');
  expect(found.platforms).toEqual(['linux/arm64']);
  expect(found.config).toEqual({
    os: 'linux',
    architecture: 'arm64',
    variant: null,
    osVersion: null,
    osFeatures: [],
    createdAt: '2026-01-02T02:04:05.000Z',
    author: null,
    user: '1000',
    workingDir: null,
    entrypoint: ['/app'],
    cmd: [],
    env: ['A=b'],
    ports: ['80/tcp'],
    volumes: [],
    labels: { 'org.example': 'x' },
  });
  expect(found.layers.map(({ digest, createdBy, size }) => [digest, createdBy, size])).toEqual([
    [layers[0]?.digest, 'ADD rootfs', 100],
    [null, 'ENV A=b', 0],
    [layers[1]?.digest, 'COPY app', 101],
  ]);
  expect(JSON.parse(String(found.manifest)).layers).toHaveLength(2);
});

test.each([
  ['no JSON', 'not json', CONFIG_TYPE],
  ['no object', '[1, 2]', CONFIG_TYPE],
  ['null', 'null', CONFIG_TYPE],
  [
    'of odd types',
    '{"os":7,"config":"x","history":{"a":1},"created":"soon","rootfs":3}',
    CONFIG_TYPE,
  ],
  [
    'of odd parts',
    '{"config":{"Env":"A","Labels":[1],"ExposedPorts":"80","User":{}},"history":[7]}',
    CONFIG_TYPE,
  ],
  [
    'of a time out of range',
    '{"created":"9999-99-99T00:00:00Z","os":"linux","architecture":""}',
    CONFIG_TYPE,
  ],
  ['with too few steps', '{"history":[{"created_by":"x"},{"created_by":"y"}]}', CONFIG_TYPE],
  [
    'an artifact’s',
    '{"os":"linux","architecture":"amd64"}',
    'application/vnd.cncf.helm.config.v1+json',
  ],
  [
    'too large',
    `{"os":"linux","architecture":"amd64","x":"${'x'.repeat(1_048_576)}"}`,
    CONFIG_TYPE,
  ],
])('an image whose config is %s can be viewed and listed', async (name, config, type) => {
  const image = `odd-${name.replace(/[^a-z]+/g, '-')}x`;
  await pushConfigured(`${workspace}/${image}`, '1', config, 1, type);
  const found = await view(image, '1');
  expect(found.platforms).toEqual([]);
  expect(found.layers).toHaveLength(1);
  expect(found.layers[0]).toMatchObject({ size: 100, createdBy: null });
  expect(await readAll(viewer, path(image))).toHaveLength(1);
});

test('an index shows its children with their platforms, its size and its referrers', async () => {
  const amd = await pushConfigured(`${workspace}/multi`, null, {
    os: 'linux',
    architecture: 'amd64',
  });
  const arm = await pushConfigured(`${workspace}/multi`, null, {
    os: 'linux',
    architecture: 'arm64',
  });
  const listed = [
    { ...describe(amd), platform: { os: 'linux', architecture: 'amd64' } },
    { ...describe(arm), platform: { os: 'linux', architecture: 'arm64', variant: 'v8' } },
    { ...describe(arm), platform: { os: 'unknown', architecture: 'unknown' } },
    { ...describe(arm), platform: 'odd' },
  ];
  const index = await pushIndex(`${workspace}/multi`, '1', listed);
  const {
    layers: _,
    config: __,
    ...signature
  } = await pushImage(`${workspace}/multi`, null, {
    fields: {
      artifactType: 'application/vnd.example.signature',
      subject: describe(index),
      annotations: { by: 'me' },
    },
  });
  const found = await view('multi', '1');
  expect(found.platforms).toEqual(['linux/amd64', 'linux/arm64']);
  expect(found.children.map(({ platform }) => platform)).toEqual([
    'linux/amd64',
    'linux/arm64',
    'unknown/unknown',
    null,
  ]);
  expect(found).toMatchObject({ config: null, layers: [], moreReferrers: false });
  const size = 2 * 100 + 2 * JSON.stringify({ os: 'linux', architecture: 'amd64' }).length;
  expect(found.size).toBe(size);
  expect(found.referrers).toEqual([
    expect.objectContaining({
      digest: signature.digest,
      artifactType: 'application/vnd.example.signature',
      annotations: { by: 'me' },
    }),
  ]);
  const child = `/workspaces/${workspace}/images/multi/manifests/${amd.digest}`;
  expect(expectAnswer(await call<View>(viewer, 'GET', child), 200)).toMatchObject({
    tag: null,
    digest: amd.digest,
    platforms: ['linux/amd64'],
  });
  expectProblem(await call(developer, 'DELETE', child), 409, 'content-in-use');
  expectAnswer(await call(developer, 'DELETE', path('multi', '/1')), 200);
});

const describe = ({ mediaType, digest, size }: Descriptor) => ({ mediaType, digest, size });

test('viewing does not count as a pull', async () => {
  await pushConfigured(`${workspace}/quiet`, '1', { os: 'linux', architecture: 'amd64' });
  await view('quiet', '1');
  await readAll(viewer, path('quiet'));
  const counts = await query(
    `SELECT i.pulls + t.pulls + m.pulls AS pulls FROM images AS i JOIN tags AS t ON t.image_id = i.id
      JOIN manifests AS m ON m.image_id = i.id WHERE i.id = ?`,
    await imageId(`${workspace}/quiet`),
  );
  expect(counts).toEqual([{ pulls: 0 }]);
});

test.each([
  ['/versions/missing', 404, 'manifest-unknown'],
  ['/versions/-odd', 400, 'tag-invalid'],
  ['/manifests/latest', 400, 'digest-invalid'],
  [`/manifests/${sha256('missing')}`, 404, 'manifest-unknown'],
])('%s is answered with %i', async (rest, status, code) => {
  await pushImage(`${workspace}/there`, '1');
  const address = `/workspaces/${workspace}/images/there${rest}`;
  expectProblem(await call(viewer, 'GET', address), status, code);
});

test('a manifest too large for a row can be viewed', async () => {
  const fields = { annotations: { long: 'x'.repeat(600 * 1024) } };
  await pushImage(`${workspace}/long`, '1', { fields });
  expect(String((await view('long', '1')).manifest).length).toBeGreaterThan(600 * 1024);
});
