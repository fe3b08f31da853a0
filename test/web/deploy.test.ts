/** What a user copies to deploy a version: Kubernetes, containerd, docker, Helm, Cloudflare. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { copyCommands, workerCode, wranglerConfig } from '../../web/deploy/cloudflare.ts';
import { helmValues } from '../../web/deploy/helm.ts';
import { type DeployedImage, type RunConfig, toLabel } from '../../web/deploy/image.ts';
import {
  cronJobManifest,
  deploymentManifest,
  podManifest,
  secretCommand,
  secretManifest,
} from '../../web/deploy/kubernetes.ts';
import {
  configToml,
  daemonJson,
  dockerRunCommands,
  hostsPath,
  hostsToml,
} from '../../web/deploy/runtimes.ts';
import { shellWord } from '../../web/deploy/shell.ts';

const config: RunConfig = {
  user: '1000:2000',
  workingDir: '/srv/app',
  entrypoint: ['/entrypoint.sh'],
  cmd: ['serve', '--port', '8080'],
  env: ['NODE_ENV=production'],
  ports: ['8080/tcp', '53/udp', '8080'],
};
const digest = `sha256:${'ab'.repeat(32)}`;
const image: DeployedImage = {
  host: 'registry.example',
  isPlain: false,
  name: 'payments/backend/api',
  tag: '1.4.2',
  digest,
  by: 'tag',
  config,
};
const login = { username: 'project-7', password: 'PASSWORD' };
const byDigest = { ...image, by: 'digest' } as const;

/** A text with what it has commented out. */
const uncomment = (yaml: string) => yaml.replaceAll(/^( *)# (?!Set by)/gm, '$1');

const containerOf = (yaml: string, version: '1.1' | '1.2' = '1.2') =>
  parse(yaml, { version }).spec.containers[0];

describe('a workload of Kubernetes', () => {
  test('has the reference and the ports, and what the image sets commented out', () => {
    expect(podManifest(image)).toBe(`apiVersion: v1
kind: Pod
metadata:
  name: api
spec:
  imagePullSecrets:
    - name: orlop-registry
  containers:
    - name: api
      image: registry.example/payments/backend/api:1.4.2
      ports:
        - containerPort: 8080
          protocol: TCP
        - containerPort: 53
          protocol: UDP
      # Set by the image. Uncomment what you change.
      # command:
      #   - "/entrypoint.sh"
      # args:
      #   - "serve"
      #   - "--port"
      #   - "8080"
      # workingDir: "/srv/app"
      # env:
      #   - name: NODE_ENV
      #     value: "production"
      # securityContext:
      #   runAsUser: 1000
      #   runAsGroup: 2000
`);
  });

  test('names the digest where it is pinned by it, or has no tag', () => {
    const pinned = `registry.example/payments/backend/api@${digest}`;
    expect(containerOf(podManifest(byDigest)).image).toBe(pinned);
    expect(containerOf(podManifest({ ...image, tag: null })).image).toBe(pinned);
  });

  test('says nothing that the image does not', () => {
    const bare = { user: null, workingDir: null, entrypoint: [], cmd: [], env: [], ports: [] };
    for (const known of [
      null,
      bare,
      { ...bare, user: 'app', ports: ['8000-9000/tcp', '0', 'x'] },
    ]) {
      const text = podManifest({ ...image, config: known });
      expect(text).not.toContain('#');
      expect(Object.keys(containerOf(text))).toEqual(['name', 'image']);
    }
  });

  test('writes what occurs twice twice, without anchors', () => {
    for (const make of [deploymentManifest, podManifest, cronJobManifest]) {
      expect(make(image)).not.toMatch(/[&*]a\d/);
    }
  });

  test('selects its own pods, and a cron job leaves room for the names of its jobs', () => {
    const { spec } = parse(deploymentManifest(image));
    expect(spec.selector.matchLabels).toEqual(spec.template.metadata.labels);
    const long = { ...image, name: `library/${'long.name_'.repeat(20)}` };
    expect(parse(cronJobManifest(long)).metadata.name.length).toBeLessThanOrEqual(52);
    expect(parse(deploymentManifest(long)).metadata.name.length).toBeLessThanOrEqual(63);
  });

  test('keeps every text of the image, in YAML 1.1 and 1.2', () => {
    const odd = fc.constantFrom(
      'yes',
      'NO',
      '1e3',
      '0o14',
      '1:30',
      'a: b',
      '- x',
      '',
      ' ',
      '# x',
      '<<',
      '~',
      'a\nb\n',
      '\r',
      '\t',
      '{{ .Values.x }}',
      '镜像 🐳',
      '\u2028',
      '\u0085',
      "it's",
      '"',
      '\\',
      '*a',
      '&a',
      '!x',
      '%',
      '@',
      '`',
      '2001-01-01',
    );
    const anything = fc.oneof(odd, fc.string({ unit: 'binary' }), fc.string());
    const name = fc.oneof(
      fc.constantFrom('y', 'ON', 'null', '_1e3'),
      fc.stringMatching(/^[A-Za-z_.-][\w.-]*$/),
      fc.constantFrom('a\u2028', '- b', '#', 'x: y'),
    );
    const lists = fc.array(anything, { minLength: 1, maxLength: 4 });
    const version = fc.constantFrom('1.1' as const, '1.2' as const);
    fc.assert(
      fc.property(
        lists,
        lists,
        fc.dictionary(name, anything),
        version,
        (entrypoint, cmd, env, yaml) => {
          const lines = Object.entries(env).map(([key, value]) => `${key}=${value}`);
          const own = { ...config, entrypoint, cmd, env: lines, workingDir: cmd[0] ?? '' };
          const text = podManifest({ ...image, config: own });
          expect(containerOf(text, yaml).command).toBeUndefined();
          const read = containerOf(uncomment(text), yaml);
          expect(read.command.map(expand)).toEqual(entrypoint);
          expect(read.args.map(expand)).toEqual(cmd);
          expect(read.workingDir).toBe(cmd[0]);
          const values = (read.env ?? []).map((one: { name: string; value: string }) => [
            one.name,
            expand(one.value),
          ]);
          expect(values).toEqual(Object.entries(env));
        },
      ),
      { numRuns: 300 },
    );
  });

  test('has what Kubernetes would replace escaped, and nothing else', () => {
    const cmd = ['$(HOME)', 'echo $HOME', '$$', '$(a) $b'];
    const text = uncomment(podManifest({ ...image, config: { ...config, cmd } }));
    expect(containerOf(text).args).toEqual(['$$(HOME)', 'echo $HOME', '$$$$', '$$(a) $$b']);
  });

  test('of a variable that is set twice has the last value', () => {
    const text = podManifest({
      ...image,
      config: { ...config, env: ['A=1', 'B=2', 'A=3', 'C', '=x'] },
    });
    expect(containerOf(uncomment(text)).env).toEqual([
      { name: 'A', value: '3' },
      { name: 'B', value: '2' },
    ]);
  });
});

/** What Kubernetes makes of `$` where no variable has the name: `$$` is `$`. */
const expand = (text: string) => text.replaceAll('$$', '$');

test.each([
  ['my_app.v2__x', 'my-app-v2-x'],
  ['123', '123'],
  ['.x.', 'x'],
  ['___', 'image'],
  [`${'a'.repeat(62)}_b`, 'a'.repeat(62)],
])('the image %s is called %s in Kubernetes', (name, label) => {
  expect(toLabel(name)).toBe(label);
});

test('a name from any text is a DNS label', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 1, max: 63 }), (text, max) => {
      const label = toLabel(text, Math.max(max, 5));
      expect(label).toMatch(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/);
      expect(label.length).toBeLessThanOrEqual(Math.max(max, 5));
    }),
  );
});

test('the secret has the login for the registry, as YAML and by kubectl', () => {
  const { type, stringData } = parse(secretManifest(image, login));
  expect(type).toBe('kubernetes.io/dockerconfigjson');
  expect(JSON.parse(stringData['.dockerconfigjson'])).toEqual({
    auths: { 'registry.example': login },
  });
  expect(
    secretCommand(image, { ...login, password: "it's" }),
  ).toBe(`kubectl create secret docker-registry orlop-registry \\
  --docker-server=registry.example \\
  --docker-username=project-7 \\
  --docker-password='it'\\''s'`);
  expect(shellWord('$HOME')).toBe("'$HOME'");
});

test('containerd is told where the registry is, by its version', () => {
  expect(hostsPath(image)).toBe('/etc/containerd/certs.d/registry.example/hosts.toml');
  expect(hostsToml(image)).toBe(`server = "https://registry.example"

[host."https://registry.example"]
  capabilities = ["pull", "resolve"]
`);
  expect(hostsToml({ ...image, isPlain: true })).toContain('[host."http://registry.example"]');
  expect(configToml(2)).toContain(
    'version = 3\n\n[plugins."io.containerd.cri.v1.images".registry]',
  );
  expect(configToml(1)).toContain('version = 2\n\n[plugins."io.containerd.grpc.v1.cri".registry]');
});

test('docker publishes the ports of the image, and is configured for plain http only', () => {
  expect(dockerRunCommands(image, login)).toEqual({
    login: 'docker login registry.example -u project-7',
    run: 'docker run --rm -p 8080:8080 -p 53:53/udp registry.example/payments/backend/api:1.4.2',
  });
  expect(daemonJson(image)).toBeNull();
  expect(JSON.parse(daemonJson({ ...image, isPlain: true }) ?? '')).toEqual({
    'insecure-registries': ['registry.example'],
  });
});

test.each([
  [image, 'registry.example/payments/backend/api:1.4.2'],
  [byDigest, `registry.example/payments/backend/api:1.4.2@${digest}`],
  [{ ...byDigest, tag: null }, `registry.example/payments/backend/api@${digest}`],
  [{ ...image, tag: '1e3' }, 'registry.example/payments/backend/api:1e3'],
])('the values of a Helm chart make the reference', (wanted, reference) => {
  const values = parse(helmValues(wanted));
  expect(`${values.image.repository}:${values.image.tag}`).toBe(reference);
  expect(values.service).toEqual({ port: 8080 });
});

test('Cloudflare Containers run a copy of the digest, in the Worker that the texts make', () => {
  const copy = 'payments-backend-api:sha256-abababababab';
  expect(copyCommands(image)).toEqual({
    skopeo: `skopeo copy --override-os linux --override-arch amd64 docker://registry.example/payments/backend/api@${digest} docker://registry.cloudflare.com/ACCOUNT_ID/${copy}`,
    crane: `crane copy --platform linux/amd64 registry.example/payments/backend/api@${digest} registry.cloudflare.com/ACCOUNT_ID/${copy}`,
  });
  const written = JSON.parse(wranglerConfig(image, '2026-11-30'));
  expect(written.containers[0].image).toBe(`registry.cloudflare.com/ACCOUNT_ID/${copy}`);
  const [{ class_name: bound, name }] = written.durable_objects.bindings;
  expect([written.containers[0].class_name, Object.keys(written.exports)]).toEqual([
    bound,
    [bound],
  ]);
  expect(workerCode(image)).toContain(`class ${bound} extends Container {\n  defaultPort = 8080;`);
  expect(workerCode(image)).toContain(`env.${name}`);
  expect(workerCode({ ...image, config: null })).not.toContain('defaultPort =');
});
