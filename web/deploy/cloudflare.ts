import { type DeployedImage, portsOf, repositoryOf, toLabel } from './image.ts';

/**
 * Cloudflare's registry for Containers.
 * https://developers.cloudflare.com/containers/guides/image-management/
 */
const REGISTRY = 'registry.cloudflare.com';

/** What Cloudflare Containers run. */
export const PLATFORM = 'linux/amd64';

/**
 * The copy in Cloudflare's registry, without registry and account. Its tag is made from the digest,
 * so that each deployment names other content by another tag.
 */
function copyOf({ name, digest }: DeployedImage): string {
  return `${toLabel(name)}:${digest.replace(':', '-').slice(0, 'sha256-'.length + 12)}`;
}

const placeOf = (image: DeployedImage) => `${REGISTRY}/ACCOUNT_ID/${copyOf(image)}`;
const sourceOf = (image: DeployedImage) => `${repositoryOf(image)}@${image.digest}`;

/** Asks Cloudflare for a password of 15 minutes, and signs in with it by `skopeo` or `crane`. */
export function registryLogin(): string {
  return [
    `CREDENTIALS=$(npx wrangler containers registries credentials ${REGISTRY} --push --json)`,
    `USERNAME=$(echo "$CREDENTIALS" | jq -r .username)`,
    `echo "$CREDENTIALS" | jq -r .password | docker login ${REGISTRY} --username "$USERNAME" --password-stdin`,
  ].join('\n');
}

/** The commands that copy the image to Cloudflare's registry: one of them is enough. */
export function copyCommands(image: DeployedImage) {
  const source = sourceOf(image);
  const target = placeOf(image);
  const tls = image.isPlain ? '--src-tls-verify=false ' : '';
  const insecure = image.isPlain ? '--insecure ' : '';
  return {
    skopeo: `skopeo copy --override-os linux --override-arch amd64 ${tls}docker://${source} docker://${target}`,
    crane: `crane copy ${insecure}--platform ${PLATFORM} ${source} ${target}`,
  };
}

/**
 * The Worker's `wrangler.jsonc`.
 * https://developers.cloudflare.com/containers/configuration/wrangler/
 * @param day `YYYY-MM-DD`, what the Worker is compatible with
 */
export function wranglerConfig(image: DeployedImage, day: string): string {
  const name = toLabel(image.name.split('/').at(-1) ?? '');
  const config = {
    $schema: './node_modules/wrangler/config-schema.json',
    name,
    main: 'src/index.js',
    compatibility_date: day,
    containers: [
      {
        class_name: 'ImageContainer',
        image: `${REGISTRY}/ACCOUNT_ID/${copyOf(image)}`,
        max_instances: 1,
      },
    ],
    durable_objects: { bindings: [{ name: 'CONTAINER', class_name: 'ImageContainer' }] },
    exports: { ImageContainer: { type: 'durable-object', storage: 'sqlite' } },
  };
  return `${JSON.stringify(config, null, 2)}\n`;
}

/** The Worker: it passes each request on to the container, at the first port of the image. */
export function workerCode(image: DeployedImage): string {
  const port = portsOf(image).find(({ protocol }) => protocol === 'TCP');
  return [
    "import { Container, getContainer } from '@cloudflare/containers';",
    '',
    'export class ImageContainer extends Container {',
    port === undefined
      ? '  // The image names no port: set defaultPort to the one that it listens on.'
      : `  defaultPort = ${port.number};`,
    '}',
    '',
    'export default {',
    '  fetch: (request, env) => getContainer(env.CONTAINER).fetch(request),',
    '};',
    '',
  ].join('\n');
}
