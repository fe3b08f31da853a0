import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { deriveProjectCredential } from '../../../src/domain/project-credential.ts';
import { SECRETS } from '../support/dev-worker.ts';
import { WorldFront } from './front.ts';
import type { World } from './model.ts';
import { RIVAL_LOGIN, startOrlopRuntime, startRivalRuntime, type WorldRuntime } from './runtime.ts';
import { type Trace, type TracedRequest, traceRequest } from './trips.ts';

/** How long work after an answer may take until it is not waited for, ms. */
const PATIENCE = 5_000;
const POLL = 20;

/** A registry that is far from its database, with the requests that it was sent. */
export class WorldServer {
  readonly name: string;
  readonly origin: string;
  readonly login: { readonly username: string; readonly password: string };
  readonly #runtime: WorldRuntime;
  readonly #front: WorldFront;

  constructor(
    { name, origin, login }: Pick<WorldServer, 'name' | 'origin' | 'login'>,
    runtime: WorldRuntime,
    front: WorldFront,
  ) {
    this.name = name;
    this.origin = origin;
    this.login = login;
    this.#runtime = runtime;
    this.#front = front;
  }

  /** Has the next request meet a Worker that remembers nothing. */
  async forget(): Promise<void> {
    await this.#runtime.control('forget');
  }

  /** Has the next requests come from a place that has sent none: to another data center. */
  async move(): Promise<void> {
    await this.#runtime.control('move');
  }

  /** The requests since they were taken last, once all they began has been done. */
  async takeRequests(): Promise<TracedRequest[]> {
    const traces: Trace[] = [];
    const deadline = Date.now() + PATIENCE;
    for (;;) {
      const found = await this.#runtime.control<{ open: number; traces: Trace[] }>('traces');
      traces.push(...found.traces);
      if (found.open + this.#front.open === 0 || Date.now() > deadline) break;
      await delay(POLL);
    }
    const byId = new Map(traces.map((trace) => [trace.id, trace]));
    const exchanges = this.#front.takeExchanges();
    return exchanges
      .map((exchange) => traceRequest(exchange, byId.get(exchange.id)))
      .sort((one, two) => one.begun - two.begun);
  }

  async stop(): Promise<void> {
    await this.#front.close();
    await this.#runtime.stop();
  }
}

/** Starts the registry of this checkout. @param state has a database with all migrations */
export async function startOrlopWorld(
  state: string,
  world: World,
  name = 'orlop',
): Promise<WorldServer> {
  const login = await deriveProjectCredential(SECRETS.CREDENTIAL_KEY, 1, 1);
  return await open(name, login, world, await startOrlopRuntime(state, world));
}

/** Starts a checkout of cloudflare/serverless-registry. */
export async function startRivalWorld(
  folder: string,
  checkout: string,
  world: World,
): Promise<WorldServer> {
  const runtime = await startRivalRuntime(join(folder, 'rival'), checkout, world);
  return await open('serverless-registry', RIVAL_LOGIN, world, runtime);
}

async function open(
  name: string,
  login: WorldServer['login'],
  { model }: World,
  runtime: WorldRuntime,
): Promise<WorldServer> {
  const front = new WorldFront(model.client, runtime.socketPath);
  return new WorldServer({ name, login, origin: await front.listen() }, runtime, front);
}
