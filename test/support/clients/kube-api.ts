import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

interface Container {
  readonly name: string;
  image: string;
}

export interface Deployment {
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly spec: {
    readonly template: { readonly spec: { readonly containers: Container[] } };
  };
}

/**
 * The part of Kubernetes' API server that sets an image: PATCH of one Deployment, by a token whose
 * Role has `patch` of it alone. A strategic merge patch merges containers by their name, and takes
 * no fields that the object does not have.
 */
export class KubeApi {
  static readonly TOKEN = 'token-of-a-service-account';
  readonly deployment: Deployment;
  readonly requests: string[] = [];
  readonly #server = createServer((request, response) => void this.#answer(request, response));

  constructor() {
    const containers = [
      { name: 'app', image: 'nothing' },
      { name: 'sidecar', image: 'stays' },
    ];
    this.deployment = {
      metadata: { name: 'web', namespace: 'default' },
      spec: { template: { spec: { containers } } },
    };
  }

  async start(): Promise<this> {
    await once(this.#server.listen(0, '127.0.0.1'), 'listening');
    return this;
  }

  get origin(): string {
    return `http://localhost:${(this.#server.address() as AddressInfo).port}`;
  }

  image(name: string): string | undefined {
    return this.deployment.spec.template.spec.containers.find((one) => one.name === name)?.image;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request);
    const { pathname, searchParams } = new URL(request.url ?? '', this.origin);
    this.requests.push(`${request.method} ${pathname}`);
    const status = this.#statusOf(request, pathname, searchParams);
    if (status === 200) this.#patch(JSON.parse(body) as Deployment);
    const answer = status === 200 ? this.deployment : { kind: 'Status', code: status };
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  }

  #statusOf(request: IncomingMessage, path: string, query: URLSearchParams): number {
    if (request.headers.authorization !== `Bearer ${KubeApi.TOKEN}`) return 401;
    if (request.method !== 'PATCH') return 403;
    if (path !== '/apis/apps/v1/namespaces/default/deployments/web') return 404;
    const type = request.headers['content-type'];
    if (type !== 'application/strategic-merge-patch+json') return 415;
    return [...query.keys()].every((key) => key === 'fieldManager') ? 200 : 400;
  }

  #patch({ spec: { template } }: Deployment): void {
    const { containers } = this.deployment.spec.template.spec;
    for (const { name, image } of template.spec.containers) {
      const found = containers.find((one) => one.name === name);
      if (found) found.image = image;
      else containers.push({ name, image });
    }
  }
}
