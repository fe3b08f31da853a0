import { WorkerEntrypoint } from 'cloudflare:workers';

/** What AnythingOrigin answers, and the requests that it was run for. */
export const anything = {
  answer: (): Response | Promise<Response> => new Response('anything'),
  runs: [] as { readonly method: string; readonly range: string | null }[],
};

/** An entrypoint that answers what a test says. */
export class AnythingOrigin extends WorkerEntrypoint {
  override async fetch({ method, headers }: Request): Promise<Response> {
    anything.runs.push({ method, range: headers.get('range') });
    return await anything.answer();
  }
}
