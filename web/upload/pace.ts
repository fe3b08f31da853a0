/** The weight of a new measurement against earlier ones. */
const WEIGHT = 0.2;
/** Minimum interval between two measurements, in ms: shorter ones are too noisy. */
const SPAN = 500;

/** Measures a smoothed rate. */
export class Pace {
  #at: number | null = null;
  #done = 0;
  #perSecond: number | null = null;

  /** Records that so many bytes are done at a time (ms). */
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
