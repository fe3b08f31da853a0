import { mkdir } from 'node:fs/promises';
import { expect } from 'vitest';
import type { Server } from '../server.ts';
import { type Orlop, orlopIn } from './orlop.ts';
import { remoteContents } from './remote.ts';
import type { Scratch } from './scratch.ts';
import { hold, useScratch, useServer } from './setup.ts';

/** A server, and an `orlop` that is signed in there. */
export interface Place {
  readonly server: Server;
  readonly scratch: Scratch;
  readonly orlop: Orlop;
  /** A path in the scratch folder. */
  file(name: string): string;
  /** `host/REPOSITORY:v1`. */
  address(repository: string): string;
  /** Pushes an archive as `v1`; returns the digest that the command prints. */
  push(archive: string, repository: string): Promise<string>;
  /** Digest of the config of the repository's `v1`. */
  configDigest(repository: string): Promise<string | undefined>;
}

/** A place for the tests of a suite. */
export function usePlace(): { readonly current: Place } {
  const server = useServer();
  const scratch = useScratch();
  return hold(
    async () => await openPlace(server.current, scratch.current),
    async () => {},
  );
}

async function openPlace(server: Server, scratch: Scratch): Promise<Place> {
  const config = scratch.path('config');
  const orlop = orlopIn(config);
  await mkdir(config);
  await orlop.login(server.host, server.credential);
  const address = (repository: string) => `${server.host}/${repository}:v1`;
  const push = async (archive: string, repository: string) => {
    const outcome = await orlop.run(['push', archive, address(repository), '--json']);
    expect(outcome, outcome.stderr).toMatchObject({ code: 0 });
    return JSON.parse(outcome.stdout).digest as string;
  };
  const configDigest = async (repository: string) =>
    (await remoteContents(server, repository, 'v1'))[1];
  const file = (name: string) => scratch.path(name);
  return { server, scratch, orlop, file, address, push, configDigest };
}
