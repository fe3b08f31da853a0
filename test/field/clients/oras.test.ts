import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { digestOf, EDGE_SIZES } from '../../support/clients/bytes.ts';
import { useOras } from '../../support/clients/oras-client.ts';
import { remoteContents } from '../../support/clients/remote.ts';
import { describeWithTools } from '../../support/tools.ts';

const DATA = 'application/vnd.example.data';

describeWithTools('oras', ['oras'], () => {
  const held = useOras();

  test('pushes files of every edge size and pulls them as they were', async () => {
    const oras = held.current;
    const files = await oras.writeFiles('sizes', EDGE_SIZES);
    const target = oras.ref('oras-sizes:v1');
    const args = files.map(({ name }) => `${name}:${DATA}`);
    const printed = await oras.push('sizes', target, args);
    const contents = await remoteContents(oras.server, 'library/oras-sizes', 'v1');
    const [manifest, , ...layers] = contents;
    expect(manifest).toBe(printed);
    expect(layers).toEqual(files.map(({ digest }) => digest));
    await oras.run(['pull', '--plain-http', target, '-o', oras.path('pulled')]);
    for (const { name, digest } of files) {
      expect(digestOf(await readFile(oras.path('pulled', name)))).toBe(digest);
    }
  });

  test.each(EDGE_SIZES)('pushes and pulls an artifact with a config of %i bytes', async (size) => {
    const oras = held.current;
    const [config] = await oras.writeFiles(`config-${size}`, [size]);
    const target = oras.ref(`oras-config-${size}:v1`);
    const file = `${config?.name}:application/vnd.example.config`;
    await oras.push(`config-${size}`, target, ['--config', file]);
    const contents = await remoteContents(oras.server, `library/oras-config-${size}`, 'v1');
    expect(contents[1]).toBe(config?.digest);
    const fetched = oras.path(`fetched-${size}`);
    const blob = oras.ref(`oras-config-${size}@${config?.digest}`);
    await oras.run(['blob', 'fetch', '--plain-http', blob, '-o', fetched]);
    expect(digestOf(await readFile(fetched))).toBe(config?.digest);
  });
});
