import { runDurableObjectAlarm } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { expect, test } from 'vitest';
import { counterName } from '../../../src/domain/pulls.ts';
import { describeBytes, TYPES } from '../../support/worker/content.ts';
import { imageId } from '../../support/worker/database.ts';
import { makePlace, makeUser, makeWorkspace, PASSWORD } from '../../support/worker/people.ts';
import { pushIndex } from '../../support/worker/push.ts';
import { bearer } from '../../support/worker/registry-client.ts';
import { getToken, postToken } from '../../support/worker/token-service.ts';
import { BUDGETS, type Budget, PART } from './budgets.ts';
import { type Cost, costOf, ledger } from './ledger.ts';
import {
  ask,
  attachMany,
  makeImage,
  pull,
  pushBlob,
  pushKnown,
  pushNew,
  seedLists,
  signIn,
} from './work.ts';

declare module 'vitest' {
  interface TaskMeta {
    /** What the work that the test is named after has cost. */
    cost?: Cost;
  }
}

type Work = () => Promise<unknown>;

/** Somebody who may push, with a token for an image that is not there yet. */
async function newcomer() {
  const { project, workspace, developer } = await makePlace();
  const image = makeImage(`${workspace}/app`);
  const token = await signIn(developer, image.repository, 'pull,push');
  return { project, developer, image, token };
}

/** A member of a project, and how clients post the member's password for a token. */
async function member() {
  const { project, workspace } = await makePlace();
  const { name: username, authorization } = await makeUser({ [project]: 'viewer' });
  const scopeOf = (image: string) => `repository:${workspace}/${image}:pull`;
  const byPassword = (image = 'app') =>
    postToken({ grant_type: 'password', username, password: PASSWORD, scope: scopeOf(image) });
  return { authorization, scopeOf, byPassword };
}

/** How a client posts a member's refresh token. */
async function refreshing(): Promise<Work> {
  const { authorization, scopeOf } = await member();
  const { refresh_token = '' } = await getToken(authorization, 'offline_token=true');
  const ask = (image = 'app') =>
    postToken({ grant_type: 'refresh_token', refresh_token, scope: scopeOf(image) });
  // Its first use is written down.
  await ask('another');
  return () => ask();
}

/** The same with the image pushed, and the next version of it, whose first layer has `size` bytes. */
async function pushed(size?: number) {
  const one = await newcomer();
  await pushNew(one.token, one.image, 'with length');
  const next = makeImage(one.image.repository, 1, size);
  // Another token than that of the push, whose blobs are known for a while.
  const token = await signIn(one.developer, one.image.repository, 'pull,push,delete');
  return { ...one, token, next, layer: next.layers[0]?.digest ?? '' };
}

async function listing(path: string): Promise<Work> {
  const { authorization } = await seedLists();
  return () => ask(authorization, 'GET', path, 200);
}

/** As listing, of the protocol: with a token, as its clients do. */
async function reading(path: string): Promise<Work> {
  const { authorization, image } = await seedLists();
  const scope = `scope=repository:${image}:pull&scope=registry:catalog:*`;
  const token = bearer((await getToken(authorization, scope)).token);
  return () => ask(token, 'GET', path, 200);
}

/** Prepares each piece of work, and answers what is to be measured. */
const WORK: Readonly<Record<keyof typeof BUDGETS, () => Promise<Work>>> = {
  'a token': async () => {
    const { developer, image } = await newcomer();
    return () => signIn(developer, image.repository);
  },
  'a token, asked for again': async () => {
    const { developer, image } = await newcomer();
    await signIn(developer, image.repository);
    return () => signIn(developer, image.repository);
  },
  "a token by a user's password": async () => (await member()).byPassword,
  "a token by a user's password, asked for again": async () => {
    const { byPassword } = await member();
    await byPassword();
    return () => byPassword();
  },
  "a token by a user's password, for another image": async () => {
    const { byPassword } = await member();
    await byPassword();
    return () => byPassword('another');
  },
  'a token by a refresh token': refreshing,
  'a token by a refresh token, asked for again': async () => {
    const ask = await refreshing();
    await ask();
    return ask;
  },
  'push of a new blob, with length': async () => {
    const { token, next, layer } = await pushed();
    return () => pushBlob(token, next, layer, 'with length');
  },
  'push of a new blob, in a stream': async () => {
    const { token, next, layer } = await pushed();
    return () => pushBlob(token, next, layer, 'in a stream');
  },
  'push of a new blob of 3 parts, in a stream': async () => {
    const { token, next, layer } = await pushed(3 * PART);
    return () => pushBlob(token, next, layer, 'in a stream');
  },
  'mount of a blob': async () => {
    const { project, developer, image } = await pushed();
    const target = await pushedTo(`${await makeWorkspace(project)}/app`, developer);
    const query = `mount=${image.config.digest}&from=${image.repository}`;
    return () => ask(target.token, 'POST', `/v2/${target.repository}/blobs/uploads/?${query}`, 201);
  },
  'push of a new image, with length': async () => {
    const { token, image } = await newcomer();
    return () => pushNew(token, image, 'with length');
  },
  'push of a new image, in a stream': async () => {
    const { token, image } = await newcomer();
    return () => pushNew(token, image, 'in a stream');
  },
  'push of a known image': async () => {
    const { token, image } = await pushed();
    return () => pushKnown(token, image);
  },
  'HEAD of a blob': async () => {
    const { token, image } = await pushed();
    return () => ask(token, 'HEAD', `/v2/${image.repository}/blobs/${image.config.digest}`, 200);
  },
  'HEAD of a manifest': async () => {
    const { token, image } = await pushed();
    return () => ask(token, 'HEAD', `/v2/${image.repository}/manifests/latest`, 200);
  },
  'HEAD of a manifest, again within the hour': async () => {
    const { token, image } = await pushed();
    const path = `/v2/${image.repository}/manifests/latest`;
    await ask(token, 'HEAD', path, 200);
    return () => ask(token, 'HEAD', path, 200);
  },
  'pull of an index and of one of its images': async () => {
    const { developer, image } = await pushed();
    const child = describeBytes(image.text, TYPES.image);
    await pushIndex(image.repository, 'all', [child]);
    const token = await signIn(developer, image.repository);
    return async () => {
      for (const reference of ['all', child.digest]) {
        await ask(token, 'GET', `/v2/${image.repository}/manifests/${reference}`, 200);
      }
    };
  },
  'cold pull': async () => {
    const { developer, image } = await pushed();
    return () => pull(developer, image);
  },
  'warm pull': async () => {
    const { developer, image } = await pushed();
    await pull(developer, image);
    return () => pull(developer, image);
  },
  'blob by itself': async () => {
    const { token, image } = await pushed();
    return () => ask(token, 'GET', `/v2/${image.repository}/blobs/${image.config.digest}`, 200);
  },
  'pulls on their way to D1': async () => {
    const { developer, image } = await pushed();
    for (let n = 0; n < 10; n++) await pull(developer, image);
    const id = env.PULLS.idFromName(counterName(await imageId(image.repository)));
    ledger.alarmOf = id.toString();
    return () => runDurableObjectAlarm(env.PULLS.get(id));
  },
  'tags, a page': () => reading('/v2/bench-000000/app-000000/tags/list?n=20'),
  'catalog, a page': () => reading('/v2/_catalog?n=20'),
  'referrers, a page': async () => await reading((await seedLists()).referrers),
  'accessories of an image, a page': async () => {
    const work = await listing(
      '/api/v1/workspaces/bench-000000/images/app-000001/accessories?limit=20',
    );
    await attachMany(await imageId('bench-000000/app-000001'), 200);
    return work;
  },
  'images, a page': () => listing('/api/v1/images?limit=20'),
  'search of images': () => listing('/api/v1/images?q=app-000001'),
};

async function pushedTo(repository: string, who: string) {
  const image = makeImage(repository, 1);
  const token = await signIn(who, repository, 'pull,push');
  await pushNew(token, image, 'with length');
  return { repository, token };
}

/** What a cost is measured by: calls as they are, and rows and bytes that are too many. */
function against({ atMost }: Budget, cost: Cost): unknown {
  const { queries, batches, classA, classB, uploads, pulls, ...rest } = cost;
  const isWithin = Object.entries(atMost).every(
    ([key, most]) => rest[key as keyof typeof rest] <= most,
  );
  return { queries, batches, classA, classB, uploads, pulls, atMost: isWithin ? atMost : rest };
}

test.for(Object.keys(BUDGETS) as (keyof typeof BUDGETS)[])('%s', async (name, { task }) => {
  const cost = await costOf(await WORK[name]());
  task.meta.cost = cost;
  expect(against(BUDGETS[name], cost)).toEqual(BUDGETS[name]);
});

test('a pull waits for no counter', async () => {
  const { developer, image } = await pushed();
  ledger.arePullsStuck = true;
  await pull(developer, image);
  ledger.arePullsStuck = false;
});
