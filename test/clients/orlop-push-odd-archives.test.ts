import { rm } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { usePlace } from '../support/clients/archive-push.ts';
import { randomBytes } from '../support/clients/bytes.ts';
import { imageOf } from '../support/clients/images.ts';
import { writeLayout } from '../support/clients/oci-layout.ts';
import { digestsOf, remoteContents } from '../support/clients/remote.ts';
import { run } from '../support/clients/run.ts';
import { stargzLayerOf } from '../support/clients/stargz.ts';
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
});
