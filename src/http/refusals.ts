import { RegistryError } from '../domain/errors.ts';

/** Handles a path that is no endpoint's. @throws RegistryError ENDPOINT_UNKNOWN */
export function refusePath(): never {
  throw new RegistryError('ENDPOINT_UNKNOWN');
}

/**
 * Makes the handler for all other methods of a path.
 * @param methods what the path takes; GET answers HEAD as well
 * @throws RegistryError UNSUPPORTED with the header Allow
 */
export function refuseOtherMethods(methods: readonly string[]): () => never {
  const taken = methods.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method]));
  const allow = taken.join(', ');
  return () => {
    throw new RegistryError('UNSUPPORTED', `this address takes ${allow}`, { headers: { allow } });
  };
}
