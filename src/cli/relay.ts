import { randomBytes } from 'node:crypto';
import { defineCommand } from 'citty';
import { parseHost } from './address.ts';
import { parseByteSize } from './byte-size.ts';
import { createClient } from './client.ts';
import { eraseCredential, findCredential, storeCredential } from './credentials.ts';
import { CommandError, EXIT } from './exit.ts';
import { HOST, JSON_OUTPUT, PLAIN_HTTP } from './options.ts';
import { RELAY_USER } from './relay/guard.ts';
import { startRelay } from './relay/server.ts';
import { strict } from './strict.ts';

/** Below the 100 MB that the smallest plans of the edge take. */
const DEFAULT_CHUNK = '64MiB';

export default defineCommand({
  meta: {
    name: 'relay',
    description: 'Be the registry on this machine, for clients whose layers are too large for it',
  },
  plugins: [strict],
  args: {
    host: HOST,
    port: { type: 'string', default: '5050', description: 'On 127.0.0.1; 0 takes a free one' },
    chunk: {
      type: 'string',
      default: DEFAULT_CHUNK,
      description: 'Bytes of one request',
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
    if (!credential) console.error(`Nobody is signed in to ${host}: orlop login ${host}`);
    await waitForSignal();
    await relay.stop();
    await eraseCredential(address);
  },
});

function greeting(address: string, host: string): string {
  return `${address} is ${host} until Ctrl+C. Docker is signed in to it:
  docker push ${address}/workspace/image:tag
  docker pull ${address}/workspace/image:tag`;
}

function parsePort(text: string): number {
  const port = Number(text);
  if (/^[0-9]{1,5}$/.test(text) && port <= 65_535) return port;
  throw new CommandError(EXIT.usage, `--port takes a number from 0 to 65535, not "${text}"`);
}

/** The signals are heard to the end, so that the credential is not left behind. */
function waitForSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => resolve());
  });
}
