import { Session } from 'node:inspector/promises';

/**
 * Counts how often blocks of JavaScript run: the work of a function, which is the same on every
 * machine. What is native (regular expressions, copies) is not counted.
 */
export class WorkCounter {
  readonly #session = new Session();

  /** Counts in modules that are loaded from now on. */
  async start(): Promise<void> {
    this.#session.connect();
    await this.#session.post('Profiler.enable');
    const options = { callCount: true, detailed: true };
    await this.#session.post('Profiler.startPreciseCoverage', options);
  }

  /** Returns how many blocks have run since the last call. */
  async take(): Promise<number> {
    const { result } = await this.#session.post('Profiler.takePreciseCoverage');
    const ranges = result.flatMap(({ functions }) => functions.flatMap((one) => one.ranges));
    return ranges.reduce((total, { count }) => total + count, 0);
  }

  stop(): void {
    this.#session.disconnect();
  }
}
