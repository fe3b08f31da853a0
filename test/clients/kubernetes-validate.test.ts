/** The manifests that the console gives are those of Kubernetes' published schemas. */
import { writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import type { DeployedImage, RunConfig } from '../../web/deploy/image.ts';
import {
  cronJobManifest,
  deploymentManifest,
  podManifest,
  secretManifest,
} from '../../web/deploy/kubernetes.ts';
import { attempt } from '../support/clients/run.ts';
import { useScratch } from '../support/clients/setup.ts';
import { describeWithTools, toolPath } from '../support/tools.ts';

const config: RunConfig = {
  user: '1000:1000',
  workingDir: '/srv: app',
  entrypoint: ['/bin/sh', '-c'],
  cmd: ['echo "$HOME" $(date): yes # no', '- {{ x }}', '1e3'],
  env: ['PATH=/bin', `QUOTES='a' "b"`, 'LINES=a\nb\n', 'y=NO', 'NAME=镜像 \u2028'],
  ports: ['8080/tcp', '53/udp', '9000/sctp'],
};
const image: DeployedImage = {
  host: '127.0.0.1:8787',
  isPlain: true,
  name: 'library/nginx',
  tag: '1e3',
  digest: `sha256:${'0'.repeat(64)}`,
  by: 'tag',
  config,
};
const IMAGES = {
  'by its tag': image,
  'by its digest': { ...image, by: 'digest' },
  'of a long name': { ...image, name: `library/${'very.long_name-'.repeat(14)}x` },
  'called as a number': { ...image, name: 'library/0123' },
  'without a config': { ...image, tag: null, config: null },
} as const satisfies Record<string, DeployedImage>;

const login = { username: 'project-7', password: 'a "quoted": one' };
const KINDS = {
  deploymentManifest,
  podManifest,
  cronJobManifest,
  secret: (one: DeployedImage) => secretManifest(one, login),
};

describeWithTools('kubernetes-validate', ['python3', 'kubernetes-validate'], () => {
  const scratch = useScratch();

  /** Checks the texts, and those with what they have commented out, in one run. */
  async function validate(texts: readonly string[]) {
    const all = texts.flatMap((text) => [text, text.replaceAll(/^( *)# (?!Set by)/gm, '$1')]);
    const files = all.map((_, n) => scratch.current.path(`${n}.yaml`));
    await Promise.all(files.map((file, n) => writeFile(file, all[n] ?? '')));
    return await attempt(toolPath('kubernetes-validate'), ['--strict', ...files]);
  }

  test.each(Object.entries(IMAGES))('finds every kind valid for an image %s', async (_, one) => {
    const outcome = await validate(Object.values(KINDS).map((kind) => kind(one)));
    expect(outcome).toMatchObject({ code: 0 });
  });

  test('refuses a field that there is not', async () => {
    const outcome = await validate([podManifest(image).replace('containerPort', 'containersPort')]);
    expect(outcome.code).not.toBe(0);
    expect(outcome.stdout + outcome.stderr).toContain("'containerPort' is a required property");
  });
});
