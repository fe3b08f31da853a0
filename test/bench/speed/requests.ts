import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../../support/clients/run.ts';
import { toolPath } from '../../support/tools.ts';
import type { Registry } from './registries.ts';
import { authorize, basicOf, tokenPath } from './tokens.ts';

/** What wrk found of one kind of request. */
export interface Answered {
  readonly perSecond: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  /** Answers that were no success. */
  readonly failed: number;
}

/** A small request that is made as often as goes. */
export interface RequestCase {
  readonly name: string;
  readonly method: 'GET' | 'HEAD';
  readonly path: string;
  readonly authorization: string | null;
}

/** The small requests of a repository that has one image, with a blob of 1 MB. */
export async function requestsOf(registry: Registry, repository: string): Promise<RequestCase[]> {
  const { origin } = registry;
  const scope = `repository:${repository}:pull`;
  const authorization = await authorize(registry, scope);
  const headers = authorization ? { authorization } : {};
  const tagged = `/v2/${repository}/manifests/bench`;
  const answer = await fetch(`${origin}${tagged}`, { headers: { ...headers, accept: ACCEPT } });
  const digest = answer.headers.get('docker-content-digest') ?? '';
  const { layers } = (await answer.json()) as { layers: { digest: string }[] };
  const blob = `/v2/${repository}/blobs/${layers[0]?.digest}`;
  const isToken = authorization !== null && !registry.takesLogin;
  const get = (name: string, path: string): RequestCase => {
    return { name, method: 'GET', path, authorization };
  };
  return [
    get('manifest by tag', tagged),
    get('manifest by digest', `/v2/${repository}/manifests/${digest}`),
    { ...get('HEAD of a blob', blob), method: 'HEAD' },
    get('blob of 1 MB', blob),
    ...(isToken ? [{ ...get('token', tokenPath(scope)), authorization: basicOf(registry) }] : []),
  ];
}

const ACCEPT = 'application/vnd.oci.image.manifest.v1+json, */*';

/** Makes one kind of request for some seconds over so many connections. */
export async function ask(
  { origin }: Registry,
  request: RequestCase,
  connections: number,
  seconds: number,
  folder: string,
): Promise<Answered> {
  // wrk waits for the body that a HEAD's Content-Length announces.
  if (request.method === 'HEAD') return await askHead(origin, request, connections, seconds);
  const { path, authorization } = request;
  const script = join(folder, 'wrk.lua');
  const lines = [`wrk.headers["Accept"] = "${ACCEPT}"`];
  if (authorization) lines.push(`wrk.headers["Authorization"] = "${authorization}"`);
  writeFileSync(script, lines.join('\n'));
  const load = ['-t1', `-c${connections}`, `-d${seconds}s`, '--timeout', '30s', '--latency'];
  const printed = await run(toolPath('wrk'), [...load, '-s', script, `${origin}${path}`]);
  return {
    perSecond: Number(/Requests\/sec:\s+([\d.]+)/.exec(printed)?.[1]),
    p50: readTime(printed, '50%'),
    p99: readTime(printed, '99%'),
    failed: Number(/Non-2xx or 3xx responses: (\d+)/.exec(printed)?.[1] ?? 0),
  };
}

async function askHead(
  origin: string,
  { path, authorization }: RequestCase,
  connections: number,
  seconds: number,
): Promise<Answered> {
  const headers = { accept: ACCEPT, ...(authorization ? { authorization } : {}) };
  const end = performance.now() + seconds * 1000;
  const times: number[] = [];
  let failed = 0;
  const askOn = async () => {
    while (performance.now() < end) {
      const begun = performance.now();
      const { ok } = await fetch(`${origin}${path}`, { method: 'HEAD', headers });
      times.push(performance.now() - begun);
      if (!ok) failed++;
    }
  };
  await Promise.all(Array.from({ length: connections }, askOn));
  times.sort((one, two) => one - two);
  const at = (place: number) => times[Math.floor((times.length - 1) * place)] ?? Number.NaN;
  return { perSecond: times.length / seconds, p50: at(0.5), p99: at(0.99), failed };
}

const UNITS: Readonly<Record<string, number>> = { us: 0.001, ms: 1, s: 1000, m: 60_000 };

function readTime(printed: string, percentile: string): number {
  const match = new RegExp(`\\s${percentile}\\s+([\\d.]+)(us|ms|s|m)`).exec(printed);
  return Number(match?.[1]) * (UNITS[match?.[2] ?? ''] ?? Number.NaN);
}
