import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { usePlace } from '../support/clients/archive-push.ts';
import { describeAsRoot } from '../support/clients/as-root.ts';
import { randomBytes } from '../support/clients/bytes.ts';
import { type Containerd, startContainerd } from '../support/clients/containerd.ts';
import { writeDockerArchive } from '../support/clients/docker-archive.ts';
import { type Docker, startDocker } from '../support/clients/dockerd.ts';
import { imageOf, indexOf } from '../support/clients/images.ts';
import { type Layer, layerOf } from '../support/clients/layers.ts';
import { layoutDigest, writeArchive, writeLayout } from '../support/clients/oci-layout.ts';
import { ask, digestsOf, remoteContents } from '../support/clients/remote.ts';
import { run } from '../support/clients/run.ts';
import { hold } from '../support/clients/setup.ts';
import { describeWithTools, toolPath } from '../support/tools.ts';

const MIB = 1024 * 1024;

describe('orlop push takes an archive', () => {
  const place = usePlace();
  const file = (name: string) => place.current.file(name);
  const address = (repository: string) => place.current.address(repository);
  const push = (archive: string, repository: string) => place.current.push(archive, repository);

  describeAsRoot('of what docker saved', ['docker', 'dockerd'], () => {
    const engine = hold(startDocker, (docker: Docker) => docker.stop());
    const docker = (args: string[]) => engine.current.run(args);

    /** Loads an image into the engine; returns its ID. */
    async function load(name: string, ...layers: Layer[]): Promise<string> {
      const archive = engine.current.path('load.tar');
      const id = await writeDockerArchive(archive, name, layers);
      await docker(['load', '--input', archive]);
      return id;
    }

    /** Removes the image from the engine, pulls it and returns its ID. */
    async function pulledId(repository: string, id: string): Promise<string> {
      const { host, credential } = place.current.server;
      const { username, password } = credential;
      await docker(['image', 'rm', '--force', id]);
      await engine.current.run(['login', '-u', username, '--password-stdin', host], password);
      await docker(['pull', address(repository)]);
      const format = ['--format', '{{.Id}}'];
      return (await docker(['image', 'inspect', ...format, address(repository)])).trim();
    }

    test('an archive becomes the image that was saved', async () => {
      const id = await load('saved:1', layer('base', 7 * MIB), layer('top', 1000));
      await docker(['save', '--output', file('saved.tar'), 'saved:1']);
      await push(file('saved.tar'), 'library/saved');
      expect(await place.current.configDigest('library/saved')).toBe(id);
      expect(await pulledId('library/saved', id)).toBe(id);
    });

    test('images that share a layer, which docker writes once, one after the other', async () => {
      const base = layer('shared', 5000);
      const ids = [
        await load('one:1', base, layer('one', 10)),
        await load('two:1', base, layer('two', 10)),
      ];
      await docker(['save', '--output', file('both.tar'), 'one:1', 'two:1']);
      const asked = await place.current.orlop.run([
        'push',
        file('both.tar'),
        address('library/both'),
      ]);
      expect(asked.code).toBe(2);
      expect(asked.stderr).toContain('one:1');
      expect(asked.stderr).toContain('two:1');
      for (const [i, name] of ['one:1', 'two:1'].entries()) {
        const repository = `library/both-${i}`;
        const args = ['push', file('both.tar'), address(repository), '--name', name];
        expect(await place.current.orlop.run(args)).toMatchObject({ code: 0 });
        expect(await place.current.configDigest(repository)).toBe(ids[i]);
      }
    });

    test('docker save, piped in', async () => {
      const id = await load('piped:1', layer('piped', 3 * MIB));
      const archive = engine.current.path('piped.tar');
      await docker(['save', '--output', archive, 'piped:1']);
      const input = await readFile(archive);
      const outcome = await place.current.orlop.run(['push', '-', address('library/piped')], {
        input,
      });
      expect(outcome, outcome.stderr).toMatchObject({ code: 0 });
      expect(await place.current.configDigest('library/piped')).toBe(id);
    });

    test('what docker has pushed before keeps its digest, and nothing is sent', async () => {
      const { host, credential } = place.current.server;
      const { username, password } = credential;
      await load('before:1', layer('before', 2 * MIB));
      await engine.current.run(['login', '-u', username, '--password-stdin', host], password);
      await docker(['tag', 'before:1', address('library/before')]);
      await docker(['push', address('library/before')]);
      const [digest] = await remoteContents(place.current.server, 'library/before', 'v1');
      await docker(['save', '--output', file('before.tar'), 'before:1']);
      const args = ['push', file('before.tar'), address('library/before'), '--json'];
      const { stdout } = await place.current.orlop.run(args);
      expect(JSON.parse(stdout)).toMatchObject({ digest, sent: 0, present: 2 });
    });
  });

  describeWithTools('of what skopeo wrote', ['skopeo'], () => {
    const skopeo = (args: string[]) =>
      run(toolPath('skopeo'), args, { env: { HOME: file('home') } });

    test('for docker, with its folders and links', async () => {
      const layers = [layer('skopeo', 3 * MIB), layer('skopeo-top', 10)];
      const id = await writeDockerArchive(file('source.tar'), 'source:1', layers);
      const target = `docker-archive:${file('skopeo.tar')}:app:1`;
      await skopeo(['copy', `docker-archive:${file('source.tar')}`, target]);
      await push(file('skopeo.tar'), 'library/skopeo-docker');
      expect(await place.current.configDigest('library/skopeo-docker')).toBe(id);
    });

    test('for OCI: the digest is the archive’s own', async () => {
      const image = imageOf([layerOf('gzip', [{ name: 'a', bytes: randomBytes(MIB, 'oci') }])]);
      const source = `oci:${await writeLayout(file('layout'), { v1: image })}:v1`;
      await skopeo(['copy', source, `oci-archive:${file('oci.tar')}:v1`]);
      expect(await push(file('oci.tar'), 'library/skopeo-oci')).toBe(image.manifest.digest);
      expect(await remoteContents(place.current.server, 'library/skopeo-oci', 'v1')).toEqual(
        digestsOf(image),
      );
    });

    test('what is pushed is what skopeo pulls', async () => {
      const image = imageOf([layerOf('zstd', [{ name: 'z', bytes: randomBytes(5000, 'z') }])]);
      await writeArchive(file('zstd.tar'), { v1: image });
      const digest = await push(file('zstd.tar'), 'library/skopeo-pull');
      const { username, password } = place.current.server.credential;
      const login = ['--src-tls-verify=false', '--src-creds', `${username}:${password}`];
      const source = `docker://${address('library/skopeo-pull')}`;
      await skopeo(['copy', '--preserve-digests', ...login, source, `oci:${file('pulled')}:v1`]);
      expect(await layoutDigest(file('pulled'))).toBe(digest);
    });
  });

  describeAsRoot('of what buildah wrote', ['buildah'], () => {
    test('the digest is the archive’s own', async () => {
      const context = file('context');
      await mkdir(context);
      await writeFile(`${context}/Containerfile`, 'FROM scratch\nCOPY data /\n');
      await writeFile(`${context}/data`, randomBytes(2 * MIB, 'buildah'));
      const storage = [
        '--storage-driver',
        'vfs',
        '--root',
        file('store'),
        '--runroot',
        file('run'),
      ];
      const env = { HOME: file('home'), TMPDIR: place.current.scratch.dir };
      const buildah = (args: string[]) => run(toolPath('buildah'), [...storage, ...args], { env });
      const id = (await buildah(['build', '--quiet', context])).trim();
      const digestFile = file('buildah.digest');
      const target = `oci-archive:${file('buildah.tar')}:v1`;
      await buildah(['push', '--digestfile', digestFile, id, target]);
      const digest = (await readFile(digestFile, 'utf8')).trim();
      expect(await push(file('buildah.tar'), 'library/buildah')).toBe(digest);
      expect(await place.current.configDigest('library/buildah')).toBe(`sha256:${id}`);
    });
  });

  describeAsRoot('of what ctr exported', ['containerd', 'ctr'], () => {
    const daemon = hold(importIndex, (containerd: Containerd) => containerd.stop());
    const index = indexOf(
      ['amd64', 'arm64', 's390x'].map((architecture) =>
        imageOf(
          [layerOf('gzip', [{ name: architecture, bytes: randomBytes(MIB, architecture) }])],
          {
            os: 'linux',
            architecture,
          },
        ),
      ),
    );
    const name = 'registry.example/app:v1';

    async function importIndex(): Promise<Containerd> {
      const containerd = await startContainerd();
      const archive = await writeArchive(containerd.path('in.tar'), { [name]: index });
      const args = ['--all-platforms', '--no-unpack', '--index-name', name, archive];
      await containerd.run(['images', 'import', ...args]);
      return containerd;
    }

    test('every platform of an index arrives, under the same digest', async () => {
      const archive = daemon.current.path('all.tar');
      await daemon.current.run(['images', 'export', '--all-platforms', archive, name]);
      expect(await push(archive, 'library/ctr-all')).toBe(index.manifest.digest);
      expect(await remoteContents(place.current.server, 'library/ctr-all', 'v1')).toEqual(
        digestsOf(index),
      );
    });

    test('of one platform that was exported its image arrives', async () => {
      const archive = daemon.current.path('one.tar');
      await daemon.current.run(['images', 'export', '--platform', 'linux/arm64', archive, name]);
      const digest = await push(archive, 'library/ctr-one');
      expect(await place.current.configDigest('library/ctr-one')).toBe(
        index.images[1]?.blobs[0]?.digest,
      );
      expect(digest).toBe(index.images[1]?.manifest.digest);
    });
  });

  describeWithTools('of what oras wrote', ['oras'], () => {
    test('a layout in a folder, with what refers to the image', async () => {
      const oras = (args: string[]) =>
        run(toolPath('oras'), args, {
          cwd: place.current.scratch.dir,
          env: { HOME: file('home') },
        });
      const image = imageOf([layerOf('gzip', [{ name: 'o', bytes: randomBytes(9000, 'oras') }])]);
      const folder = await writeLayout(file('signed'), { v1: image });
      await writeFile(file('sbom.json'), '{}');
      const kind = ['--artifact-type', 'application/vnd.example.sbom'];
      await oras(['attach', '--oci-layout', ...kind, `${folder}:v1`, 'sbom.json']);
      expect(await push(folder, 'library/oras')).toBe(image.manifest.digest);
      const answer = await ask(
        place.current.server,
        `library/oras/referrers/${image.manifest.digest}`,
      );
      const { manifests } = (await answer.json()) as { manifests: { artifactType: string }[] };
      expect(manifests.map(({ artifactType }) => artifactType)).toEqual([kind[1]]);
    });
  });
});

function layer(name: string, size: number): Layer {
  return layerOf('tar', [{ name: `${name}.bin`, bytes: randomBytes(size, `push-${name}`) }]);
}
