/** The registry that is measured, which bundle.ts puts here. */
declare module 'world:registry' {
  /**
   * Evaluates its modules once more: what they keep in memory is that of a new isolate.
   * @param modules what it imports instead of modules of the platform
   */
  export function instantiate<T>(modules?: Readonly<Record<string, object>>): T;
}
