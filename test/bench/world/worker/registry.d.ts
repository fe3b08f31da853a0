/** The registry that is measured, which bundle.ts puts here. */
declare module 'world:registry' {
  /** Evaluates its modules once more: what they keep in memory is that of a new isolate. */
  export function instantiate<T>(): T;
}
