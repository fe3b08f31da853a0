/**
 * `npm run screenshots`: the pictures of the README, taken of a registry that is started and
 * filled for it. Needs Chromium.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Page } from 'playwright-core';
import { Failure, runMain } from '../../scripts/lib/failure.ts';
import { projectRoot } from '../../scripts/lib/project.ts';
import { pushImage } from '../support/browser/push.ts';
import { type Image, type Index, imageOf, indexOf } from '../support/clients/images.ts';
import { layerOfSize } from '../support/clients/layers.ts';
import { type Server, startServer } from '../support/server.ts';
import { findTool } from '../support/tools.ts';

const KIB = 1024;
const PASSWORD = 'a password of the pictures';

/** What is shown: images by name, each with a description and how often it was pulled. */
const IMAGES = [
  { name: 'library/nginx', sizes: [3100, 420], pulls: 47, text: 'The web server of all teams.' },
  {
    name: 'library/postgres',
    sizes: [5200, 900],
    pulls: 31,
    text: 'PostgreSQL with our settings.',
  },
  { name: 'payments/api', sizes: [2400, 1300, 60], pulls: 22, text: 'Takes and settles payments.' },
  { name: 'payments/worker', sizes: [2400, 800], pulls: 9, text: 'Settles what the API took.' },
  { name: 'shop/web', sizes: [1800, 350, 90], pulls: 16, text: 'The shop, as customers see it.' },
] as const;

const README = `# Payments API

Takes payments and settles them. **Needs** a database and the worker beside it.

| variable | what for |
| --- | --- |
| \`DATABASE_URL\` | where the payments are |
| \`WORKERS\` | how many settle at once |
`;

await runMain(async () => {
  const executablePath = findTool('chromium');
  if (!executablePath) throw new Failure('needs chromium: apt-get install chromium');
  const server = await startServer({ root: projectRoot });
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  try {
    await fill(server);
    const page = await browser.newPage({
      locale: 'en-US',
      viewport: { width: 1280, height: 760 },
      reducedMotion: 'reduce',
    });
    await signIn(page, server);
    await takePicture(page, server, '/images?scope=all&sort=pulls', 'images');
    await takePicture(page, server, '/workspaces/payments/images/api', 'image');
  } finally {
    await browser.close();
    await server.stop();
  }
  return 0;
});

async function fill(server: Server): Promise<void> {
  await ask(server, 'PUT', '/account/password', {
    currentPassword: server.admin.password,
    newPassword: PASSWORD,
  });
  server.admin.password = PASSWORD;
  for (const name of ['payments', 'shop']) {
    await ask(server, 'POST', '/projects/1/workspaces', { name, access: 'private' });
  }
  for (const { name, sizes, text } of IMAGES) {
    for (const tag of ['1.0', '1.1', 'latest']) await push(server, name, tag, sizes);
    const [workspace, image] = name.split('/');
    const description = image === 'api' ? README : text;
    const path = `/workspaces/${workspace}/images/${image}`;
    await ask(server, 'PATCH', path, { description }, { 'if-match': '*' });
  }
  for (const { name, pulls } of IMAGES) {
    for (let n = 0; n < pulls; n++) await pull(server, name, n % 3 === 0 ? '1.1' : 'latest');
  }
  for (let counted = 0; counted < IMAGES.length; ) {
    const { items } = await ask(server, 'GET', '/images?scope=all');
    counted = items.filter(({ pulls }) => pulls > 0).length;
  }
}

async function push(server: Server, name: string, tag: string, sizes: readonly number[]) {
  await pushImage(server, name, tag, contentOf(`${name}:${tag}`, sizes), server.admin);
}

function contentOf(seed: string, sizes: readonly number[]): Image | Index {
  const images = (['amd64', 'arm64'] as const).map((architecture) => {
    const layers = sizes.map((size, n) =>
      layerOfSize('gzip', size * KIB, n === 0 ? `base-${architecture}` : `${seed}-${n}`),
    );
    return imageOf(layers, { os: 'linux', architecture });
  });
  return indexOf(images);
}

function authorization({ admin }: Server): string {
  return `Basic ${btoa(`${admin.username}:${admin.password}`)}`;
}

async function pull(server: Server, name: string, tag: string): Promise<void> {
  const headers = { authorization: authorization(server) };
  const answer = await fetch(`${server.origin}/v2/${name}/manifests/${tag}`, { headers });
  if (!answer.ok) throw new Failure(`pull of ${name}: ${answer.status}`);
  await answer.arrayBuffer();
}

interface Listed {
  readonly items: readonly { readonly pulls: number }[];
}

async function ask(
  server: Server,
  method: string,
  path: string,
  body?: unknown,
  extra: Record<string, string> = {},
): Promise<Listed> {
  const headers = {
    authorization: authorization(server),
    'content-type': 'application/json',
    ...extra,
  };
  const sent = body === undefined ? null : JSON.stringify(body);
  const answer = await fetch(`${server.origin}/api/v1${path}`, { method, headers, body: sent });
  const text = await answer.text();
  if (!answer.ok) throw new Failure(`${method} ${path}: ${answer.status} ${text}`);
  return text === '' ? { items: [] } : JSON.parse(text);
}

async function signIn(page: Page, { origin, admin }: Server): Promise<void> {
  const { username, password } = admin;
  const data = { username, password };
  await page.request.post(`${origin}/api/v1/session`, { data, headers: { origin } });
}

async function takePicture(page: Page, { origin }: Server, path: string, name: string) {
  await page.goto(`${origin}${path}`);
  await page.waitForLoadState('networkidle');
  const folder = join(projectRoot, 'docs/screenshots');
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`) });
}
