import { simulation } from '../../../support/workers-cache/simulation.ts';
import { CONTROL_HEADER } from '../model.ts';
import type { WorldEnv } from './delayed-env.ts';
import { chooseInstance, forgetAll } from './instances.ts';
import { takeTraces, traceServing } from './trace.ts';

/**
 * Serves requests by one of the instances, with bindings that are far away.
 * @param modules what the registry imports instead of modules of the platform
 */
export function serveWith(modules: Readonly<Record<string, object>>) {
  return async (request: Request, env: WorldEnv, context: ExecutionContext): Promise<Response> => {
    const control = request.headers.get(CONTROL_HEADER);
    if (control === 'forget') return Response.json(forgetAll());
    if (control === 'move') return Response.json(moveAway());
    if (control === 'traces') return Response.json(takeTraces());
    return await traceServing(request, context, async (noting) => {
      const { handler, env: delayed } = chooseInstance(env, modules);
      // The types of a handler tell requests that come in from others.
      const answer = handler.fetch?.(request as never, delayed, noting);
      return (await answer) ?? new Response('this registry serves nothing', { status: 500 });
    });
  };
}

let moves = 0;

/** Has the next requests meet a data center that has seen none. */
function moveAway(): null {
  moves += 1;
  simulation.place = `place ${moves}`;
  return forgetAll();
}
