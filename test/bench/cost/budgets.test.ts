import { expect, test } from 'vitest';
import { TYPES } from '../../v2/support/content.ts';
import { imageId, query } from '../../v2/support/database.ts';
import { makePlace } from '../../v2/support/people.ts';
import { pushImage } from '../../v2/support/push.ts';
import { BUDGETS } from './budgets.ts';
import { type Cost, costOf, ledger } from './ledger.ts';
import { ask, makeImage, pull, pushBlob, pushKnown, pushNew, signIn } from './work.ts';

declare module 'vitest' {
  interface TaskMeta {
    /** What the work of the test cost. */
    cost?: Cost;
  }
}

async function place() {
  const { workspace, developer } = await makePlace();
  const image = makeImage(`${workspace}/app`);
  return {
    developer,
    image,
    workspace,
    token: await signIn(developer, image.repository, 'pull,push'),
  };
}

/** An image with a blob, so that the image is there before what is measured. */
async function existing(size = 2000) {
  const { developer, image, token } = await place();
  await pushNew(token, image, 'with length');
  const next = makeImage(image.repository, 1, size);
  return { developer, image, token, next, digest: next.layers[0]?.digest ?? '' };
}

const PART = 6 * 1024 * 1024;

const WORK: Readonly<Record<keyof typeof BUDGETS, () => Promise<() => Promise<unknown>>>> = {
  'a token': async () => {
    const { developer, image } = await place();
    return () => signIn(developer, image.repository);
  },
  'push of a new blob, with length': async () => {
    const { token, next, digest } = await existing();
    return () => pushBlob(token, next, digest, 'with length');
  },
  'push of a new blob, in a stream': async () => {
    const { token, next, digest } = await existing();
    return () => pushBlob(token, next, digest, 'in a stream');
  },
  'push of a new blob of 3 parts, in a stream': async () => {
    const { token, next, digest } = await existing(3 * PART);
    return () => pushBlob(token, next, digest, 'in a stream');
  },
  'push of a new image, with length': async () => {
    const { token, image } = await place();
    return () => pushNew(token, image, 'with length');
  },
  'push of a new image, in a stream': async () => {
    const { token, image } = await place();
    return () => pushNew(token, image, 'in a stream');
  },
  'push of a known image': async () => {
    const { token, image } = await existing();
    return () => pushKnown(token, image);
  },
  'cold pull': async () => {
    const { developer, image } = await existing();
    return () => pull(developer, image);
  },
  'warm pull': async () => {
    const { developer, image } = await existing();
    await pull(developer, image);
    return () => pull(developer, image);
  },
  'HEAD of a blob': async () => {
    const { token, image } = await existing();
    return () => ask(token, 'HEAD', `/v2/${image.repository}/blobs/${image.config.digest}`, 200);
  },
  'HEAD of a manifest': async () => {
    const { token, image } = await existing();
    return () => ask(token, 'HEAD', `/v2/${image.repository}/manifests/latest`, 200);
  },
};

test.each(Object.keys(BUDGETS) as (keyof typeof BUDGETS)[])('%s', async (name) => {
  const work = await WORK[name]();
  const cost = await costOf(work);
  console.log(name, JSON.stringify(cost));
  expect(cost).toMatchObject(BUDGETS[name]);
});
