import { randomBytes } from 'node:crypto';
import { defineCommand } from 'citty';
import { parseHost } from './address.ts';
import { parseByteSize } from './byte-size.ts';
import { createClient } from './client.ts';
import { eraseCredential, findCredential, storeCredential } from './credentials.ts';
import { CommandError, EXIT } from './exit.ts';
import { invocation } from './invocation.ts';
import { HOST, JSON_OUTPUT, PLAIN_HTTP } from './options.ts';
import { RELAY_USER } from './relay/guard.ts';
import { startRelay } from './relay/server.ts';
import { strict } from './strict.ts';

/** Below the limit of 100 MB of Cloudflare's smaller plans. */
const DEFAULT_CHUNK = '64MiB';

export default defineCommand({
  meta: {
    name: 'relay',
    description: 'Serve a registry on this machine to clients that exceed its body limit',
  },
  plugins: [strict],
  args: {
    host: HOST,
    port: {
      type: 'string',
      default: '5050',
      description: 'Port on 127.0.0.1; 0 for any free port',
    },
    chunk: {
      type: 'string',
      default: DEFAULT_CHUNK,
      description: 'Bytes per request',
      valueHint: 'size',
    },
    'plain-http': PLAIN_HTTP,
    json: JSON_OUTPUT,
  },
  async run({ args }) {
    const host = parseHost(args.host);
    const credential = await findCredential(host);
    const plainHttp = args['plain-http'] === true;
    const secret = randomBytes(32).toString('hex');
    const relay = await startRelay({
      send: createClient({ host, plainHttp, credential }),
      secret,
      port: parsePort(args.port),
      chunkBytes: parseByteSize('--chunk', args.chunk),
    });
    const address = `localhost:${relay.port}`;
    await storeCredential(address, { username: RELAY_USER, secret });
    console.log(args.json ? JSON.stringify({ address, host }) : greeting(address, host));
    if (!credential) console.error(`Not signed in to ${host}: ${invocation()} login ${host}`);
    await waitForSignal();
    await relay.stop();
    await eraseCredential(address);
  },
});

function greeting(address: string, host: string): string {
  return `${address} serves ${host} until Ctrl+C. Docker is signed in to it:
  docker push ${address}/workspace/image:tag
  docker pull ${address}/workspace/image:tag`;
}

function parsePort(text: string): number {
  const port = Number(text);
  if (/^[0-9]{1,5}$/.test(text) && port <= 65_535) return port;
  throw new CommandError(EXIT.usage, `--port takes a number from 0 to 65535, not "${text}"`);
}

/** Handles every signal until the end, so that the credential is always removed. */
function waitForSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => resolve());
  });
}
