import { expect } from 'vitest';
import { RegistryError } from '../../../src/domain/errors.ts';

/** The RegistryError that a call throws; anything else fails the test. */
export function catchError(run: () => unknown): RegistryError {
  let result: unknown;
  try {
    result = run();
  } catch (error) {
    expect(error).toBeInstanceOf(RegistryError);
    return error as RegistryError;
  }
  throw new Error(`expected a RegistryError, got ${JSON.stringify(result)?.slice(0, 300)}`);
}

/** Makes a call that may throw a 4xx RegistryError; any other error fails the test. */
export function allowRefusal(run: () => unknown): void {
  try {
    run();
  } catch (error) {
    expect(error).toBeInstanceOf(RegistryError);
    const { status } = error as RegistryError;
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(500);
  }
}
