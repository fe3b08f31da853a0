import { instantiate } from 'world:registry';
import { delayBindings, type WorldEnv } from './delayed-env.ts';

/** A registry with a memory of its own: what an isolate of a data centre is. */
interface Instance {
  readonly handler: ExportedHandler;
  readonly env: WorldEnv;
}

/** Isolates among which a data centre spreads requests in the mode `sometimes`. */
const CROWD = 4;

const SEED = 20_261_130;

let warm: (Instance | undefined)[] = [];
let state = SEED;

/** Has the next request meet isolates that know nothing. */
export function forgetAll(): null {
  warm = [];
  state = SEED;
  return null;
}

/** The instance that serves a request. */
export function chooseInstance(env: WorldEnv, modules: Readonly<Record<string, object>>): Instance {
  const { memory } = env.WORLD;
  if (memory === 'never') return makeInstance(env, modules);
  const place = memory === 'always' ? 0 : next() % CROWD;
  const instance = warm[place] ?? makeInstance(env, modules);
  warm[place] = instance;
  return instance;
}

function makeInstance(env: WorldEnv, modules: Readonly<Record<string, object>>): Instance {
  const { default: handler } = instantiate<{ default: ExportedHandler }>(modules);
  return { handler, env: delayBindings(env) };
}

/** A pseudo-random number: https://en.wikipedia.org/wiki/Linear_congruential_generator */
function next(): number {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return state >>> 16;
}
