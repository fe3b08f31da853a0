import { createServer } from 'node:net';
import { describeError, Failure } from './failure.ts';

/** Makes sure that a port can be listened on; 0 stands for a free one. Returns the port. */
export async function claimPort(host: string, port: number): Promise<number> {
  try {
    return await listenOnce(host, port);
  } catch (error) {
    const reason = describeError(error);
    if (reason.includes('EADDRINUSE')) {
      throw new Failure(`port ${port} on ${host} is taken: choose another one with --port`);
    }
    throw new Failure(`cannot listen on ${host} port ${port}: ${reason}`);
  }
}

function listenOnce(host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(port, host, () => {
      const address = server.address();
      const claimed = typeof address === 'object' && address ? address.port : port;
      server.close(() => resolve(claimed));
    });
  });
}

/** Where clients on this machine reach a server that listens on `host`, as `host:port`. */
export function clientAddress(host: string, port: number): string {
  const local = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  return `${local.includes(':') ? `[${local}]` : local}:${port}`;
}
