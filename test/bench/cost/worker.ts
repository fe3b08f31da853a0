/**
 * The registry with bindings that count what is asked of them; nothing else is different. Its
 * answers say in a header what the isolate spent on them.
 */

import type { Env } from '../../../src/env.ts';
import { PullCounter as Pulls } from '../../../src/events/pull-counter.ts';
import registry from '../../../src/index.ts';
import { UploadSession as Upload } from '../../../src/uploads/upload-session.ts';
import { countBindings, countWrites } from './counting.ts';
import { difference, ledger } from './ledger.ts';

/** One counting environment for each isolate, as there is one of the platform's. */
const environments = new WeakMap<Env, Env>();

function counting(env: Env): Env {
  const known = environments.get(env) ?? countBindings(env);
  environments.set(env, known);
  return known;
}

function noting(context: ExecutionContext): ExecutionContext {
  return {
    props: context.props,
    passThroughOnException: () => context.passThroughOnException(),
    waitUntil(promise: Promise<unknown>) {
      ledger.pending.push(promise);
      context.waitUntil(promise);
    },
  } as ExecutionContext;
}

export { Collector } from '../../../src/maintenance/collection/collector.ts';

export default {
  async fetch(request, env, context) {
    const before = { ...ledger.cost };
    ledger.cost.requests++;
    const answer = await registry.fetch(request, counting(env), noting(context));
    const response = new Response(answer.body, answer);
    response.headers.set('x-cost', JSON.stringify(difference(ledger.cost, before)));
    return response;
  },
  async scheduled(controller, env) {
    await registry.scheduled(controller, counting(env));
  },
} satisfies ExportedHandler<Env>;

export class UploadSession extends Upload {
  constructor(state: DurableObjectState, env: Env) {
    super(state, counting(env));
  }

  override async alarm(): Promise<void> {
    ledger.cost.uploads++;
    await super.alarm();
  }
}

export class PullCounter extends Pulls {
  constructor(state: DurableObjectState, env: Env) {
    countWrites(state.storage);
    super(state, counting(env));
  }

  override async alarm(): Promise<void> {
    // What earlier work has left shall not be counted with the work that is measured.
    if (ledger.alarmOf !== this.ctx.id.toString()) {
      return await this.ctx.storage.setAlarm(Date.now() + 60_000);
    }
    ledger.cost.pulls++;
    await super.alarm();
  }
}
