import { expect, test } from 'vitest';
import { adminSession, letCredentialDelete } from '../support/admin-session.ts';
import { CosignClient } from '../support/clients/cosign-client.ts';
import { CraneClient } from '../support/clients/crane-client.ts';
import { imageOf } from '../support/clients/images.ts';
import { layerOf } from '../support/clients/layers.ts';
import { hold, useScratch, useServer } from '../support/clients/setup.ts';
import { describeWithTools } from '../support/tools.ts';

describeWithTools('cosign', ['cosign', 'crane'], () => {
  const server = useServer();
  const scratch = useScratch();
  const held = hold(
    async () => {
      const cosign = new CosignClient(server.current, scratch.current);
      await cosign.makeKeys();
      await cosign.login();
      return { cosign, crane: new CraneClient(server.current, scratch.current) };
    },
    async () => {},
  );

  async function push(name: string) {
    const image = imageOf([layerOf('gzip', [{ name: 'a', bytes: Buffer.from(name) }])]);
    await held.current.crane.push(`library/${name}`, 'v1', image);
    const { digest } = image.manifest;
    return { target: `${server.current.host}/library/${name}@${digest}`, digest };
  }

  const setRules = async (rules: unknown) => {
    const answer = await fetch(`${server.current.origin}/api/v1/workspaces/library/retention`, {
      method: 'PUT',
      headers: { ...(await adminSession(server.current)), 'content-type': 'application/json' },
      body: JSON.stringify(rules),
    });
    expect(answer.status).toBe(200);
  };

  test('signs by tag where every tag is immutable, again and again, and finds it', async () => {
    const { cosign, crane } = held.current;
    const { target, digest } = await push('cosign-tag');
    await setRules({ immutableTags: ['*'] });
    for (const build of ['build=1', 'build=2']) {
      expect(await cosign.sign(target, 'tag', '-a', build)).toMatchObject({ code: 0 });
    }
    await setRules({});
    const found = await cosign.verify(target, 'tag');
    expect(found.stdout).toContain('"build":"1"');
    expect(found.stdout).toContain('"build":"2"');
    const signature = `${digest.replace(':', '-')}.sig`;
    expect(await crane.tags('library/cosign-tag')).toEqual([signature, 'v1']);
    await letCredentialDelete(server.current);
    await crane.run(['delete', `${server.current.host}/library/cosign-tag:v1`]);
    expect(await crane.run(['ls', `${server.current.host}/library/cosign-tag`])).toBe('');
  });

  test('signs by referrer, and finds it', async () => {
    const { cosign, crane } = held.current;
    const { target } = await push('cosign-referrer');
    expect(await cosign.sign(target, 'referrer')).toMatchObject({ code: 0 });
    expect(await cosign.verify(target, 'referrer')).toMatchObject({ code: 0 });
    expect(await crane.tags('library/cosign-referrer')).toEqual(['v1']);
  });

  test('is refused with a wrong password, and leaves nothing behind', async () => {
    const { cosign, crane } = held.current;
    const { target } = await push('cosign-refused');
    const wrong = ['--registry-username', 'admin', '--registry-password', 'wrong'];
    const outcome = await cosign.sign(target, 'tag', ...wrong);
    expect(outcome.code).not.toBe(0);
    expect(outcome.stderr).toMatch(/UNAUTHORIZED/);
    expect(await crane.tags('library/cosign-refused')).toEqual(['v1']);
  });
});
