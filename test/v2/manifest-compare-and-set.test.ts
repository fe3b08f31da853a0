import { describe, expect, test } from 'vitest';
import { UNKNOWN_DIGEST, unique } from '../support/worker/content.ts';
import { type PushedImage, pushImage, putManifest, tagDigest } from '../support/worker/push.ts';
import { ADMIN, expectFault, expectStatus, send } from '../support/worker/registry-client.ts';

const fresh = () => `library/${unique('compared')}`;
const ifMatch = (digest: string) => ({ 'if-match': `"${digest}"` });
const IF_NONE = { 'if-none-match': '*' };

async function pushContenders(repository: string, count: number): Promise<PushedImage[]> {
  const images: PushedImage[] = [];
  for (let i = 0; i < count; i++) images.push(await pushImage(repository, null));
  return images;
}

describe('If-None-Match: *', () => {
  test('makes a tag', async () => {
    const repository = fresh();
    const { text, digest } = await pushImage(repository, null);
    await expectStatus(await putManifest(repository, 'v1', text, IF_NONE), 201);
    expect(await tagDigest(repository, 'v1')).toBe(digest);
  });

  test('is 412 when the tag exists, and leaves it', async () => {
    const repository = fresh();
    const there = await pushImage(repository, 'v1');
    const { text } = await pushImage(repository, null);
    const response = await putManifest(repository, 'v1', text, IF_NONE);
    const [fault] = await expectFault(response, 412, 'DENIED');
    expect(fault?.detail).toMatchObject({ tag: 'v1', current: there.digest });
    expect(await tagDigest(repository, 'v1')).toBe(there.digest);
  });

  test('makes a deleted tag again', async () => {
    const repository = fresh();
    const { text, digest } = await pushImage(repository, 'v1');
    await expectStatus(await send(ADMIN, 'DELETE', `/v2/${repository}/manifests/v1`), 202);
    await expectStatus(await putManifest(repository, 'v1', text, IF_NONE), 201);
    expect(await tagDigest(repository, 'v1')).toBe(digest);
  });
});

describe('If-Match', () => {
  test('moves a tag that points where it says', async () => {
    const repository = fresh();
    const one = await pushImage(repository, 'v1');
    const two = await pushImage(repository, null);
    await expectStatus(await putManifest(repository, 'v1', two.text, ifMatch(one.digest)), 201);
    expect(await tagDigest(repository, 'v1')).toBe(two.digest);
  });

  test('is 412 when another got there first, names it, and leaves the tag', async () => {
    const repository = fresh();
    const one = await pushImage(repository, 'v1');
    const two = await pushImage(repository, 'v1');
    const three = await pushImage(repository, null);
    const response = await putManifest(repository, 'v1', three.text, ifMatch(one.digest));
    const [fault] = await expectFault(response, 412, 'DENIED');
    expect(fault?.message).toContain(two.digest);
    expect(await tagDigest(repository, 'v1')).toBe(two.digest);
  });

  test.each([true, false])(
    'is 412 for a tag that does not exist (image exists: %s)',
    async (there) => {
      const [repository, pushed] = [fresh(), fresh()];
      const { text } = await pushImage(there ? repository : pushed, null);
      const response = await putManifest(repository, 'v1', text, ifMatch(UNKNOWN_DIGEST));
      await expectFault(response, 412, 'DENIED');
      expect(await tagDigest(repository, 'v1')).toBeNull();
    },
  );
});

describe('one of many pushes at once wins', () => {
  test('to make a tag', async () => {
    const repository = fresh();
    const images = await pushContenders(repository, 8);
    const answers = await Promise.all(
      images.map(({ text }) => putManifest(repository, 'v1', text, IF_NONE)),
    );
    await expectOneWinner(repository, images, answers);
  });

  test('to move a tag', async () => {
    const repository = fresh();
    const first = await pushImage(repository, 'v1');
    const images = await pushContenders(repository, 8);
    const answers = await Promise.all(
      images.map(({ text }) => putManifest(repository, 'v1', text, ifMatch(first.digest))),
    );
    await expectOneWinner(repository, images, answers);
  });

  async function expectOneWinner(
    repository: string,
    images: readonly PushedImage[],
    answers: readonly Response[],
  ) {
    const statuses = answers.map((answer) => answer.status);
    expect([...statuses].sort()).toEqual([201, ...Array(7).fill(412)]);
    const winner = images[statuses.indexOf(201)];
    expect(await tagDigest(repository, 'v1')).toBe(winner?.digest);
  }
});

describe('conditions that make no sense here', () => {
  test.each<[string, Record<string, string>, 'UNSUPPORTED' | 'DIGEST_INVALID']>([
    ['If-None-Match with a digest', { 'if-none-match': `"${UNKNOWN_DIGEST}"` }, 'UNSUPPORTED'],
    ['both', { ...IF_NONE, ...ifMatch(UNKNOWN_DIGEST) }, 'UNSUPPORTED'],
    ['If-Match: *', { 'if-match': '*' }, 'UNSUPPORTED'],
    ['If-Match without quotes', { 'if-match': UNKNOWN_DIGEST }, 'UNSUPPORTED'],
    ['If-Match of two', { 'if-match': `"${UNKNOWN_DIGEST}", "x"` }, 'UNSUPPORTED'],
    ['If-Match of no digest', { 'if-match': '"v1"' }, 'DIGEST_INVALID'],
  ])('%s', async (_, headers, code) => {
    const repository = fresh();
    const { text } = await pushImage(repository, null);
    await expectFault(await putManifest(repository, 'v1', text, headers), 400, code);
    expect(await tagDigest(repository, 'v1')).toBeNull();
  });

  test('with a push by digest', async () => {
    const repository = fresh();
    const { text, digest } = await pushImage(repository, null);
    await expectFault(await putManifest(repository, digest, text, IF_NONE), 400, 'UNSUPPORTED');
  });
});
