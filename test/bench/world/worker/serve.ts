import { CONTROL_HEADER, type World } from '../model.ts';
import { chooseInstance, forgetAll } from './instances.ts';
import { takeTraces, traceServing } from './trace.ts';

/** What a registry is given here, besides its own bindings. */
export interface WorldEnv {
  readonly WORLD: World;
}

/** Serves a request by one of the instances, with bindings that are far away. */
export async function serve(
  request: Request,
  env: WorldEnv,
  context: ExecutionContext,
): Promise<Response> {
  const control = request.headers.get(CONTROL_HEADER);
  if (control === 'forget') return Response.json(forgetAll());
  if (control === 'traces') return Response.json(takeTraces());
  return await traceServing(request, context, async (noting) => {
    const { handler, env: delayed } = chooseInstance(env);
    // The types of a handler tell requests that come in from others.
    const answer = handler.fetch?.(request as never, delayed, noting);
    return (await answer) ?? new Response('this registry serves nothing', { status: 500 });
  });
}
