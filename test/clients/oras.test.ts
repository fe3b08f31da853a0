import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { letCredentialDelete } from '../support/admin-session.ts';
import { digestOf } from '../support/clients/bytes.ts';
import { imageOf } from '../support/clients/images.ts';
import { layerOf } from '../support/clients/layers.ts';
import { layoutContents, writeLayout } from '../support/clients/oci-layout.ts';
import { useOras } from '../support/clients/oras-client.ts';
import {
  blobStatus,
  digestsOf,
  manifestStatus,
  remoteContents,
} from '../support/clients/remote.ts';
import { throughProxy } from '../support/clients/setup.ts';
import { describeWithTools } from '../support/tools.ts';

const DATA = 'application/vnd.example.data';
const SBOM = 'application/vnd.example.sbom';
const SIGNATURE = 'application/vnd.example.signature';

describeWithTools('oras', ['oras'], () => {
  const held = useOras();

  test('pushes a file and pulls it as it was', async () => {
    const oras = held.current;
    const [file] = await oras.writeFiles('file', [1000]);
    const target = oras.ref('oras-file:v1');
    const printed = await oras.push('file', target, [`${file?.name}:${DATA}`]);
    const [manifest, , layer] = await remoteContents(oras.server, 'library/oras-file', 'v1');
    expect([manifest, layer]).toEqual([printed, file?.digest]);
    await oras.run(['pull', '--plain-http', target, '-o', oras.path('pulled')]);
    expect(digestOf(await readFile(oras.path('pulled', '1000.bin')))).toBe(file?.digest);
  });

  test('finds what was attached to an image, by kind, until it is deleted', async () => {
    const oras = held.current;
    await letCredentialDelete(oras.server);
    await oras.writeFiles('subject', [100]);
    const target = oras.ref('oras-subject:v1');
    const subject = await oras.push('subject', target, [`100.bin:${DATA}`]);
    expect(await discover(target)).toEqual([]);
    const sbom = await attach(target, SBOM);
    const signature = await attach(target, SIGNATURE);
    expect(await discover(target)).toEqual([sbom, signature].sort());
    expect(await discover(target, '--artifact-type', SBOM)).toEqual([sbom]);
    expect(await discover(oras.ref(`oras-subject@${subject}`))).toEqual([sbom, signature].sort());
    const attached = oras.ref(`oras-subject@${sbom}`);
    await oras.run(['manifest', 'delete', '--plain-http', '--force', attached]);
    expect(await discover(target)).toEqual([signature]);
    expect(await manifestStatus(oras.server, 'library/oras-subject', sbom)).toBe(404);
  });

  test('keeps referrers in the registry itself, without a tag standing in for them', async () => {
    const oras = held.current;
    await throughProxy(oras.server, {}, async ({ host, exchanges }) => {
      await oras.writeFiles('referrers', [100]);
      const target = oras.ref('oras-referrers:v1', host);
      await oras.push('referrers', target, [`100.bin:${DATA}`]);
      const sbom = await attach(target, SBOM);
      expect(await discover(target)).toEqual([sbom]);
      const asked = exchanges.filter(({ path }) => path.includes('/referrers/'));
      const statuses = asked.map(({ status }) => status);
      expect(statuses).toContain(200);
      expect(statuses).not.toContain(404);
      const untagged = oras.ref('oras-referrers', host);
      const tags = await oras.run(['repo', 'tags', '--plain-http', untagged]);
      expect(tags.trim()).toBe('v1');
    });
  });

  test('without the list of referrers keeps a tag instead, and deletes what that listed', async () => {
    const oras = held.current;
    await letCredentialDelete(oras.server);
    const byTag = ['--distribution-spec', 'v1.1-referrers-tag'];
    await oras.writeFiles('by-tag', [100]);
    const target = oras.ref('oras-by-tag:v1');
    const subject = await oras.push('by-tag', target, [`100.bin:${DATA}`]);
    const sbom = await attach(target, SBOM, ...byTag);
    const signature = await attach(target, SIGNATURE, ...byTag);
    const tags = await oras.run(['repo', 'tags', '--plain-http', oras.ref('oras-by-tag')]);
    expect(tags.trim().split('\n')).toEqual([subject.replace(':', '-'), 'v1']);
    for (const [digest, left] of [
      [sbom, [signature]],
      [signature, []],
    ] as const) {
      const attached = oras.ref(`oras-by-tag@${digest}`);
      await oras.run(['manifest', 'delete', '--plain-http', '--force', ...byTag, attached]);
      expect(await manifestStatus(oras.server, 'library/oras-by-tag', digest)).toBe(404);
      expect(await discover(target, ...byTag)).toEqual(left);
    }
  });

  test('copies an image with what is attached to it to another repository', async () => {
    const oras = held.current;
    const image = imageOf([layerOf('gzip', [{ name: 'a', bytes: Buffer.from('oras copy') }])]);
    const dir = await writeLayout(oras.path('copy'), { v1: image });
    const [first, second] = [oras.ref('oras-first:v1'), oras.ref('oras-second:v1')];
    await oras.login(oras.server.host);
    await oras.run(['copy', '--from-oci-layout', '--to-plain-http', `${dir}:v1`, first]);
    const sbom = await attach(first, SBOM);
    await oras.run(['copy', '--recursive', '--from-plain-http', '--to-plain-http', first, second]);
    const contents = await remoteContents(oras.server, 'library/oras-second', 'v1');
    expect(contents).toEqual(digestsOf(image));
    expect(await discover(second)).toEqual([sbom]);
    const back = oras.path('back');
    await oras.run(['copy', '--from-plain-http', '--to-oci-layout', second, `${back}:v1`]);
    expect(await layoutContents(back, image)).toEqual(digestsOf(image));
  });

  test('is refused with a wrong password, and leaves nothing behind', async () => {
    const oras = held.current;
    const [file] = await oras.writeFiles('refused', [100]);
    const wrong = ['--plain-http', '-u', 'admin', '-p', 'wrong'];
    const login = oras.run(['login', ...wrong, oras.server.host]);
    await expect(login).rejects.toThrow(/unauthorized/i);
    const push = ['push', ...wrong, oras.ref('oras-refused:v1'), `100.bin:${DATA}`];
    await expect(oras.run(push, oras.path('refused'))).rejects.toThrow(/unauthorized/i);
    expect(await manifestStatus(oras.server, 'library/oras-refused', 'v1')).toBe(404);
    expect(await blobStatus(oras.server, 'library/oras-refused', file?.digest ?? '')).toBe(404);
  });

  /** Attaches a note of the kind and returns the digest of its manifest. */
  async function attach(target: string, kind: string, ...more: string[]): Promise<string> {
    const note = ['--artifact-type', kind, '--annotation', 'note=attached'];
    const command = ['attach', '--plain-http', '--format', 'json', ...note, ...more, target];
    return JSON.parse(await held.current.run(command)).digest;
  }

  /** Digests of what is attached, sorted. */
  async function discover(target: string, ...filter: string[]): Promise<string[]> {
    const command = ['discover', '--plain-http', '--format', 'json', ...filter, target];
    const { referrers } = JSON.parse(await held.current.run(command)) as {
      referrers?: { digest: string }[];
    };
    return (referrers ?? []).map(({ digest }) => digest).sort();
  }
});
