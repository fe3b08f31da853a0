import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  ADMIN_CALLER,
  type Caller,
  call,
  expectProblem,
  makeAdmin,
} from '../support/worker/api-client.ts';
import { unique } from '../support/worker/content.ts';
import { imageId, query } from '../support/worker/database.ts';
import { makePlace } from '../support/worker/people.ts';
import { pushImage, putManifest, tagDigest } from '../support/worker/push.ts';
import { ADMIN, expectFault, expectStatus, send } from '../support/worker/registry-client.ts';

let admin: Caller;
let repository: string;
let workspace: string;
let versions: string;

beforeAll(async () => {
  admin = await makeAdmin();
});

beforeEach(async () => {
  workspace = (await makePlace()).workspace;
  repository = `${workspace}/${unique('app')}`;
  versions = `/workspaces/${workspace}/images/${repository.split('/')[1]}/versions`;
  await setRules({ immutableTags: ['v*', 'release-?'] });
});

async function setRules(rules: unknown): Promise<void> {
  const answer = await call(admin, 'PUT', `/workspaces/${workspace}/retention`, rules);
  expect(answer.status).toBe(200);
}

const remove = (reference: string) =>
  send(ADMIN, 'DELETE', `/v2/${repository}/manifests/${reference}`);

describe('an immutable tag', () => {
  test('is pushed once, and again with the same content', async () => {
    const { digest, text } = await pushImage(repository, 'v1');
    await expectStatus(await putManifest(repository, 'v1', text), 201);
    expect(await tagDigest(repository, 'v1')).toBe(digest);
  });

  test('is not moved by another push', async () => {
    const { digest } = await pushImage(repository, 'v1');
    const other = await pushImage(repository, 'latest');
    const answer = await putManifest(repository, 'v1', other.text);
    const [fault] = await expectFault(answer, 403, 'DENIED');
    expect(fault?.message).toMatch(/^tag v1 is immutable/);
    expect(await tagDigest(repository, 'v1')).toBe(digest);
  });

  test('is not moved by a push by digest that sets many', async () => {
    await pushImage(repository, 'v1');
    const other = await pushImage(repository, null);
    const reference = `${other.digest}?tag=latest&tag=v1`;
    const [fault] = await expectFault(
      await putManifest(repository, reference, other.text),
      403,
      'DENIED',
    );
    expect(fault?.detail).toEqual({ tag: 'v1' });
    expect(await tagDigest(repository, 'latest')).toBe(null);
  });

  test('is deleted neither by its name nor by its digest', async () => {
    const { digest } = await pushImage(repository, 'release-1');
    for (const reference of ['release-1', digest]) {
      await expectFault(await remove(reference), 403, 'DENIED');
    }
    expect(await tagDigest(repository, 'release-1')).toBe(digest);
    const id = await imageId(repository);
    expect(await query('SELECT 1 FROM trashed_tags WHERE image_id = ?', id)).toEqual([]);
  });

  test('is deleted by no call of the API; the others of a bulk call are', async () => {
    const { text } = await pushImage(repository, 'v1');
    await putManifest(repository, 'dev', text);
    expectProblem(await call(ADMIN_CALLER, 'DELETE', `${versions}/v1`), 403, 'tag-immutable');
    const wanted = [{ tag: 'v1' }, { tag: 'dev' }, { tag: 'none' }];
    const { body } = await call(ADMIN_CALLER, 'POST', `${versions}/deletion`, wanted);
    expect(body).toMatchObject([
      { tag: 'v1', status: 'failed', problem: { status: 403, code: 'tag-immutable' } },
      { tag: 'dev', status: 'deleted' },
      { tag: 'none', status: 'failed', problem: { status: 404 } },
    ]);
  });

  test('keeps its image from being deleted', async () => {
    await pushImage(repository, 'v1');
    const other = `${workspace}/${unique('other')}`;
    await pushImage(other, 'dev');
    const image = repository.slice(workspace.length + 1);
    const path = `/workspaces/${workspace}/images/${image}`;
    expectProblem(await call(ADMIN_CALLER, 'DELETE', path), 403, 'tag-immutable');
    const wanted = [repository, other, `${workspace}/none`].map((name) => ({
      workspace,
      image: name.slice(workspace.length + 1),
    }));
    const { body } = await call(ADMIN_CALLER, 'POST', '/images/deletion', wanted);
    expect(body).toMatchObject([
      { status: 'failed', problem: { status: 403, code: 'tag-immutable' } },
      { status: 'deleted' },
      { status: 'failed', problem: { status: 404 } },
    ]);
    expect(await tagDigest(repository, 'v1')).not.toBe(null);
  });

  test('is not restored to an earlier content', async () => {
    await setRules({});
    const { digest } = await pushImage(repository, 'v1');
    await pushImage(repository, 'v1');
    await setRules({ immutableTags: ['v*'] });
    const answer = await call(ADMIN_CALLER, 'POST', `${versions}/v1/restoration`, { digest });
    expectProblem(answer, 403, 'tag-immutable');
  });

  test('can be moved once the rule is gone', async () => {
    await pushImage(repository, 'v1');
    await setRules({});
    const { digest } = await pushImage(repository, 'v1');
    expect(await tagDigest(repository, 'v1')).toBe(digest);
    await expectStatus(await remove('v1'), 202);
  });
});

test('of many pushes that race for a new immutable tag one wins, and stays', async () => {
  const images = [];
  for (let n = 0; n < 6; n++) images.push(await pushImage(repository, null));
  const answers = await Promise.all(images.map(({ text }) => putManifest(repository, 'v2', text)));
  expect(answers.map(({ status }) => status).sort()).toEqual([201, 403, 403, 403, 403, 403]);
  const winner = images[answers.findIndex(({ status }) => status === 201)];
  expect(await tagDigest(repository, 'v2')).toBe(winner?.digest);
});

test('a rule that is set while pushes run holds at once', async () => {
  const images = [];
  for (let n = 0; n < 8; n++) images.push(await pushImage(repository, null));
  await setRules({});
  await putManifest(repository, 'v3', images[0]?.text ?? '');
  const pushes = images.map(async ({ text }) => await putManifest(repository, 'v3', text));
  await setRules({ immutableTags: ['v3'] });
  const held = await tagDigest(repository, 'v3');
  await Promise.all(pushes);
  expect(await tagDigest(repository, 'v3')).toBe(held);
});

test('a tag that no pattern matches can be moved and deleted', async () => {
  await pushImage(repository, 'release-10');
  const { digest } = await pushImage(repository, 'release-10');
  expect(await tagDigest(repository, 'release-10')).toBe(digest);
  await expectStatus(await remove('release-10'), 202);
});
