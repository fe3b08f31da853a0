import { artifactOf, type Image } from '../clients/images.ts';
import { blobOf, type Layer } from '../clients/layers.ts';

const CONFIG = 'application/vnd.oci.image.config.v1+json';

/** An image as a builder makes it: its config says how it runs and what made each layer. */
export function builtImage(layers: readonly Layer[], architecture = 'amd64'): Image {
  const platform = { os: 'linux', architecture };
  const made = layers.map((_, n) => ({ created_by: `RUN /bin/sh -c make part-${n} # buildkit` }));
  const config = {
    ...platform,
    created: '2026-11-20T10:11:12Z',
    config: {
      User: 'app',
      WorkingDir: '/srv/app',
      Entrypoint: ['/entrypoint.sh'],
      Cmd: ['serve', '--port', '8080'],
      Env: ['NODE_ENV=production', 'EMPTY='],
      ExposedPorts: { '8080/tcp': {} },
      Volumes: { '/data': {} },
      Labels: { 'org.opencontainers.image.revision': '2ba1eb9' },
    },
    rootfs: { type: 'layers', diff_ids: layers.map(({ diffId }) => diffId) },
    history: [...made, { created_by: 'EXPOSE map[8080/tcp:{}]', empty_layer: true }],
  };
  const blob = blobOf(CONFIG, Buffer.from(JSON.stringify(config)));
  return { ...artifactOf(blob, layers), platform };
}
