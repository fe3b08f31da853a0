import { beforeAll, expect, test, vi } from 'vitest';
import {
  type Caller,
  call,
  expectAnswer,
  expectProblem,
  readAll,
  signInAs,
} from '../support/worker/api-client.ts';
import {
  CONFIG_TYPE,
  type Descriptor,
  describeBytes,
  freshBytes,
  imageText,
  sha256,
  TYPES,
} from '../support/worker/content.ts';
import { imageId, query } from '../support/worker/database.ts';
import { makeProject, makeUser, makeWorkspace } from '../support/worker/people.ts';
import { pushBlob, pushImage, pushIndex, putManifest } from '../support/worker/push.ts';
import { ADMIN, expectStatus, send } from '../support/worker/registry-client.ts';

interface Version {
  readonly tag: string;
  readonly digest: string;
  readonly platforms: string[];
  readonly [field: string]: unknown;
}

interface View extends Version {
  readonly config: Record<string, unknown> | null;
  readonly layers: {
    readonly digest: string | null;
    readonly createdBy: string | null;
    readonly size: number;
  }[];
  readonly children: { readonly digest: string; readonly platform: string | null }[];
  readonly referrers: { readonly digest: string; readonly artifactType: string }[];
  readonly [field: string]: unknown;
}

let workspace: string;
let developer: Caller;
let viewer: Caller;

beforeAll(async () => {
  const project = await makeProject();
  workspace = await makeWorkspace(project);
  developer = await signInAs(await makeUser({ [project]: 'developer' }));
  viewer = await signInAs(await makeUser({ [project]: 'viewer' }));
});

const path = (image: string, rest = '') =>
  `/workspaces/${workspace}/images/${encodeURIComponent(image)}/versions${rest}`;

/** Pushes an image with a config and a number of layers. */
async function pushConfigured(
  image: string,
  tag: string | null,
  config: unknown,
  layers = 1,
  type = CONFIG_TYPE,
): Promise<Descriptor & { readonly layers: readonly Descriptor[] }> {
  const repository = `${workspace}/${image}`;
  const text = typeof config === 'string' ? config : JSON.stringify(config);
  await pushBlob(repository, Buffer.from(text));
  const bytes = Array.from({ length: layers }, (_, n) => freshBytes(100 + n));
  for (const layer of bytes) await pushBlob(repository, layer);
  const descriptors = bytes.map((layer) => describeBytes(layer));
  const manifest = imageText(describeBytes(text, type), descriptors);
  await expectStatus(await putManifest(repository, tag ?? sha256(manifest), manifest), 201);
  return { ...describeBytes(manifest, TYPES.image), layers: descriptors };
}

const view = async (image: string, tag: string) =>
  expectAnswer(await call<View>(viewer, 'GET', path(image, `/${tag}`)), 200);

test('versions are listed by update or name, page by page', async () => {
  for (const tag of ['b', 'c', 'a']) {
    await pushConfigured('listed', tag, { os: 'linux', architecture: 'arm', variant: 'v7' });
    const at = { b: 1000, c: 2000, a: 2000 }[tag];
    await query('UPDATE tags SET updated_at = ? WHERE name = ?', at, tag);
  }
  const tags = async (parameters: string) =>
    (await readAll<Version>(viewer, path('listed', `?limit=1&${parameters}`))).map(
      ({ tag }) => tag,
    );
  expect(await tags('')).toEqual(['c', 'a', 'b']);
  expect(await tags('order=asc')).toEqual(['b', 'a', 'c']);
  expect(await tags('sort=name')).toEqual(['a', 'b', 'c']);
  expect(await tags('sort=name&order=desc')).toEqual(['c', 'b', 'a']);
  for (const [wrong, field] of [
    ['sort=size', 'sort'],
    ['cursor=x', 'cursor'],
    ['a=b', 'a'],
  ]) {
    const answer = await call(viewer, 'GET', path('listed', `?${wrong}`));
    expect(expectProblem(answer, 400, 'field-invalid').field).toBe(field);
  }
});

test('versions are found by prefix, sorted by name', async () => {
  for (const tag of ['1.10', '1.2', '1-rc', '2.1', 'v1.0']) {
    await pushConfigured('found', tag, { os: 'linux', architecture: 'amd64' });
  }
  const tags = async (parameters: string) =>
    (await readAll<Version>(viewer, path('found', `?limit=1&${parameters}`))).map(({ tag }) => tag);
  expect(await tags('q=1.')).toEqual(['1.10', '1.2']);
  expect(await tags('q=1&order=desc')).toEqual(['1.2', '1.10', '1-rc']);
  expect(await tags('q=1&sort=updated')).toEqual(['1-rc', '1.10', '1.2']);
  expect(await tags('q=%25')).toEqual([]);
  expect(await tags('q=3')).toEqual([]);
  const long = await call(viewer, 'GET', path('found', `?q=${'x'.repeat(129)}`));
  expect(expectProblem(long, 400, 'field-invalid').field).toBe('q');
});

test('a version shows its pusher, content, platform and pulls', async () => {
  const { digest } = await pushConfigured('shown', '1', { os: 'linux', architecture: 'amd64' });
  await query(
    'UPDATE manifests SET pulls = 3, last_pulled_at = 60000, last_used_at = 7200000 WHERE digest = ?',
    digest,
  );
  const read = async () => (await readAll<Version>(viewer, path('shown')))[0];
  // The config is read after the response to the push.
  await vi.waitFor(async () => expect((await read())?.platforms).toEqual(['linux/amd64']));
  expect(await read()).toEqual({
    tag: '1',
    digest,
    mediaType: TYPES.image,
    kind: 'image',
    artifactType: CONFIG_TYPE,
    platforms: ['linux/amd64'],
    size: 100 + JSON.stringify({ os: 'linux', architecture: 'amd64' }).length,
    pushedAt: expect.stringMatching(/^20.*Z$/),
    pushedBy: 'admin',
    pulls: 3,
    lastPulledAt: '1970-01-01T00:01:00.000Z',
    lastUsedAt: '1970-01-01T02:00:00.000Z',
  });
});

test('a view has the config, and layers matched with their build steps', async () => {
  const { layers } = await pushConfigured(
    'built',
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
  await pushConfigured(image, '1', config, 1, type);
  const found = await view(image, '1');
  expect(found.platforms).toEqual([]);
  expect(found.layers).toHaveLength(1);
  expect(found.layers[0]).toMatchObject({ size: 100, createdBy: null });
  expect(await readAll(viewer, path(image))).toHaveLength(1);
});

test('an index shows its children with their platforms, its size and its referrers', async () => {
  const amd = await pushConfigured('multi', null, { os: 'linux', architecture: 'amd64' });
  const arm = await pushConfigured('multi', null, { os: 'linux', architecture: 'arm64' });
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
  await pushConfigured('quiet', '1', { os: 'linux', architecture: 'amd64' });
  await view('quiet', '1');
  await readAll(viewer, path('quiet'));
  const counts = await query(
    `SELECT i.pulls + t.pulls + m.pulls AS pulls FROM images AS i JOIN tags AS t ON t.image_id = i.id
      JOIN manifests AS m ON m.image_id = i.id WHERE i.id = ?`,
    await imageId(`${workspace}/quiet`),
  );
  expect(counts).toEqual([{ pulls: 0 }]);
});

test('deletes one, many and missing versions', async () => {
  for (const tag of ['1', '2', '3', 'kept']) await pushImage(`${workspace}/thinned`, tag);
  expectProblem(await call(viewer, 'DELETE', path('thinned', '/1')), 403, 'denied');
  expectAnswer(await call(developer, 'DELETE', path('thinned', '/1')), 200);
  expectProblem(await call(developer, 'DELETE', path('thinned', '/1')), 404, 'manifest-unknown');
  const wanted = ['2', 'missing', '3', 'not a tag'].map((tag) => ({ tag }));
  expectProblem(await call(viewer, 'POST', path('thinned', '/deletion'), wanted), 403, 'denied');
  const results = expectAnswer(
    await call<{ tag: string; status: string; problem?: { code: string } }[]>(
      developer,
      'POST',
      path('thinned', '/deletion'),
      wanted,
    ),
    200,
  );
  expect(results.map(({ tag, status, problem }) => [tag, problem?.code ?? status])).toEqual([
    ['2', 'deleted'],
    ['missing', 'manifest-unknown'],
    ['3', 'deleted'],
    ['not a tag', 'manifest-unknown'],
  ]);
  const left = await readAll<Version>(viewer, path('thinned'));
  expect(left.map(({ tag }) => tag)).toEqual(['kept']);
  const pulled = await send(ADMIN, 'GET', `/v2/${workspace}/thinned/manifests/2`);
  expect(pulled.status).toBe(404);
  for (const body of [[], [{}], [{ tag: 'a', digest: 'b' }], {}]) {
    const answer = await call(developer, 'POST', path('thinned', '/deletion'), body);
    expectProblem(answer, 400, 'field-invalid');
  }
});

test('deleting a manifest by digest deletes its versions', async () => {
  const { digest } = await pushImage(`${workspace}/whole`, '1');
  await pushImage(`${workspace}/whole`, '2');
  const manifest = `/workspaces/${workspace}/images/whole/manifests/${digest}`;
  expectAnswer(await call(developer, 'DELETE', manifest), 204);
  const left = await readAll<Version>(viewer, path('whole'));
  expect(left.map(({ tag }) => tag)).toEqual(['2']);
  expectProblem(await call(viewer, 'GET', manifest), 404, 'manifest-unknown');
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
