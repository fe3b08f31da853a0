/** How much a new measure counts against those before. */
const WEIGHT = 0.2;
/** Shorter spans are too noisy to measure, in ms. */
const SPAN = 500;

/** How fast something goes on, smoothed. */
export class Pace {
  #at: number | null = null;
  #done = 0;
  #perSecond: number | null = null;

  /** So many bytes are done at a time (ms). */
  note(done: number, at: number): void {
    if (this.#at === null) {
      this.#at = at;
      this.#done = done;
      return;
    }
    const span = at - this.#at;
    if (span < SPAN) return;
    const measured = Math.max(0, ((done - this.#done) * 1000) / span);
    const before = this.#perSecond ?? measured;
    this.#perSecond = before + (measured - before) * WEIGHT;
    this.#at = at;
    this.#done = done;
  }

  /** Bytes a second; null until it is known. */
  get perSecond(): number | null {
    return this.#perSecond;
  }
}
