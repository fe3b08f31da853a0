import { rm, writeFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { layerOf as archiveLayerOf } from '../archive/support/content.ts';
import { oldSave } from '../archive/support/docker-save.ts';
import { imageNode, layoutOf, named } from '../archive/support/layout.ts';
import { usePlace } from '../support/clients/archive-push.ts';
import { randomBytes } from '../support/clients/bytes.ts';
import { imageOf } from '../support/clients/images.ts';
import { writeLayout } from '../support/clients/oci-layout.ts';
import { ask, digestsOf, remoteContents } from '../support/clients/remote.ts';
import { run } from '../support/clients/run.ts';
import { stargzLayerOf } from '../support/clients/stargz.ts';
import { tarOf } from '../support/clients/tar.ts';
import { describeWithTools, toolPath } from '../support/tools.ts';

describe('orlop push takes an archive of a rare kind', () => {
  const place = usePlace();
  const file = (name: string) => place.current.file(name);

  describeWithTools('of what crane pulled', ['crane'], () => {
    const crane = (args: string[]) => run(toolPath('crane'), args, { env: { HOME: file('home') } });

    test('eStargz layers, of many gzip members, arrive as they were', async () => {
      const { server, address, push } = place.current;
      const { username, password } = server.credential;
      const files = ['a', 'b'].map((name) => ({ name, bytes: randomBytes(90_000, name) }));
      const image = imageOf([stargzLayerOf(files)]);
      const folder = await writeLayout(file('stargz'), { v1: image });
      await crane(['auth', 'login', server.host, '-u', username, '-p', password]);
      await crane(['push', folder, address('library/stargz')]);
      await crane(['pull', address('library/stargz'), file('crane.tar')]);
      await rm(folder, { recursive: true });
      await push(file('crane.tar'), 'library/stargz-again');
      // The manifest is composed anew: crane writes the format of docker save.
      const [, ...blobs] = await remoteContents(server, 'library/stargz-again', 'v1');
      expect(blobs).toEqual(digestsOf(image).slice(1));
    });
  });

  test('every tag of docker save is pushed, unless one is asked for', async () => {
    const { server, orlop } = place.current;
    const image = { tags: ['app:1', 'app:1.2', 'mirror/app:1'], layers: [archiveLayerOf('tags')] };
    await writeFile(file('tags.tar'), tarOf(oldSave(image)));
    const push = (address: string) => orlop.run(['push', file('tags.tar'), address, '--json']);
    const all = JSON.parse((await push(`${server.host}/library/all-tags`)).stdout);
    const addresses = ['1', '1.2'].map((tag) => `${server.host}/library/all-tags:${tag}`);
    expect(all).toMatchObject({ image: addresses[0], images: addresses });
    const one = JSON.parse((await push(`${server.host}/library/one-tag:mine`)).stdout);
    expect(one.images).toEqual([`${server.host}/library/one-tag:mine`]);
    const tagsOf = async (name: string) =>
      await (await ask(server, `library/${name}/tags/list`)).json();
    expect(await tagsOf('all-tags')).toMatchObject({ tags: ['1', '1.2'] });
    expect(await tagsOf('one-tag')).toMatchObject({ tags: ['mine'] });
    for (const tag of ['1', '1.2']) {
      expect((await remoteContents(server, 'library/all-tags', tag))[0]).toBe(all.digest);
    }
  });

  test('a name in the archive that gives no tag is said to be left out, and why', async () => {
    const { server, orlop } = place.current;
    const names = ['app:1', 'app:1.0+build', 'mirror.example/app'];
    await writeFile(
      file('odd.tar'),
      tarOf(oldSave({ tags: names, layers: [archiveLayerOf('odd')] })),
    );
    const push = (address: string) => orlop.run(['push', file('odd.tar'), address]);
    const all = await push(`${server.host}/library/odd-tags`);
    expect(all.stdout).toMatch(/^sha256:\w+ {2}\S+\/library\/odd-tags:1\n$/);
    expect(all.stderr).toContain(
      'not pushed under "app:1.0+build", which the archive names: a tag is 1 to 128 letters',
    );
    expect(all.stderr).toContain(
      'not pushed under "mirror.example/app", which the archive names: it has no tag',
    );
    const one = await push(`${server.host}/library/odd-tags:mine`);
    expect(one.stderr).not.toContain('not pushed');
  });

  test('of two images with one name, the list has the digests to choose by', async () => {
    const { address, orlop } = place.current;
    const nodes = ['one', 'two'].map((name) => imageNode([archiveLayerOf(name)]));
    const listed = nodes.map((node) => named(node, 'v1'));
    await writeFile(
      file('twins.tar'),
      tarOf(
        layoutOf(
          listed,
          nodes.flatMap(({ blobs }) => blobs),
        ),
      ),
    );
    const push = (...name: string[]) =>
      orlop.run(['push', file('twins.tar'), address('library/twins'), ...name]);
    const refused = await push('--name', 'v1');
    expect(refused.code).toBe(2);
    for (const { digest } of nodes) expect(refused.stderr).toContain(`${digest}  v1`);
    const digest = nodes[1]?.digest ?? '';
    expect(await push('--name', digest)).toMatchObject({ code: 0 });
    expect((await remoteContents(place.current.server, 'library/twins', 'v1'))[0]).toBe(digest);
  });
});
