import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { type NetworkInterfaceInfo, networkInterfaces } from 'node:os';
import { describeError, Failure } from './failure.ts';

/**
 * Range of free ports: below 32768, from which on Linux gives ports to outgoing connections. One
 * of those could take the port between this check and wrangler's start.
 */
const freePorts = { from: 10_240, to: 32_768 };
const freePortTries = 20;

/** Checks that a port can be listened on, where 0 means any free one, and returns it. */
export async function claimPort(host: string, port: number): Promise<number> {
  try {
    if (port === 0) return await claimFreePort(host);
    return await listenOnce(host, port);
  } catch (error) {
    const reason = describeError(error);
    if (reason.includes('EADDRINUSE')) {
      throw new Failure(`port ${port} on ${host} is taken: choose another one with --port`);
    }
    throw new Failure(`cannot listen on ${host} port ${port}: ${reason}`);
  }
}

async function claimFreePort(host: string, tries = freePortTries): Promise<number> {
  const port = randomInt(freePorts.from, freePorts.to);
  try {
    return await listenOnce(host, port);
  } catch (error) {
    if (tries > 1 && describeError(error).includes('EADDRINUSE')) {
      return claimFreePort(host, tries - 1);
    }
    throw error;
  }
}

function listenOnce(host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(port, host, () => server.close(() => resolve(port)));
  });
}

/** Where clients on this machine reach a server that listens on `host`, as `host:port`. */
export function addressForClients(host: string, port: number): string {
  const local = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  return `${local.includes(':') ? `[${local}]` : local}:${port}`;
}

/** Where other machines reach a server that listens on every address, as `host:port` each. */
export function addressesForOthers(
  host: string,
  port: number,
  interfaces: readonly NetworkInterfaceInfo[] = Object.values(networkInterfaces()).flatMap(
    (all) => all ?? [],
  ),
): string[] {
  if (host !== '0.0.0.0' && host !== '::') return [];
  return interfaces
    .filter(({ internal }) => !internal)
    .filter(
      ({ family, address }) => family === 'IPv4' || (host === '::' && !/^fe80/i.test(address)),
    )
    .map(({ address }) => addressForClients(address, port));
}
