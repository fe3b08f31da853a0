/** What was measured of one thing, round by round. */
interface Series {
  readonly name: string;
  readonly of: string;
  readonly unit: Unit;
  readonly values: number[];
}

/** Of a speed more is better, of a time less. */
export type Unit = 'MB/s' | '/s' | 's' | 'ms';

/** The median of some values, with the least and the most. */
interface Summary {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** What is compared with the others. */
const OURS = 'orlop';

/** All that a run has measured. */
export class Samples {
  readonly #series = new Map<string, Series>();

  /** Adds what one round found. `of`: what was measured, of those that stand side by side. */
  add(name: string, of: string, unit: Unit, value: number): void {
    const series = this.#find(name, of) ?? { name, of, unit, values: [] };
    series.values.push(value);
    this.#series.set(keyOf(name, of), series);
  }

  /**
   * A table with a column for each that stands side by side (median, least and most), and how
   * many times as fast as each of the others ours is.
   */
  rows(): string[][] {
    const all = [...this.#series.values()];
    const columns = [...new Set(all.map(({ of }) => of))];
    const others = columns.filter((of) => of !== OURS);
    const names = [...new Set(all.map(({ name }) => name))];
    const cell = (name: string, of: string) => {
      const series = this.#find(name, of);
      return series ? format(summarize(series.values)) : '';
    };
    const ratio = (name: string, other: string) => {
      const values = this.#ratios(name, other);
      return values ? summarize(values).median.toFixed(2) : '';
    };
    const unitOf = (name: string) => all.find((series) => series.name === name)?.unit ?? '';
    const body = names.map((name) => [
      name,
      unitOf(name),
      ...columns.map((of) => cell(name, of)),
      ...others.map((other) => ratio(name, other)),
    ]);
    return [['what', 'unit', ...columns, ...others.map((other) => `/ ${other}`)], ...body];
  }

  toJSON(): unknown {
    return [...this.#series.values()].map((series) => ({ ...series, ...summarize(series.values) }));
  }

  /** Round by round how many times as fast as another ours is. */
  #ratios(name: string, other: string): number[] | null {
    const [ours, theirs] = [this.#find(name, OURS), this.#find(name, other)];
    if (!ours || !theirs) return null;
    const isTime = ours.unit === 's' || ours.unit === 'ms';
    return ours.values.map((value, round) => {
      const ratio = value / (theirs.values[round] ?? Number.NaN);
      return isTime ? 1 / ratio : ratio;
    });
  }

  #find(name: string, of: string): Series | undefined {
    return this.#series.get(keyOf(name, of));
  }
}

const keyOf = (name: string, of: string) => JSON.stringify([name, of]);

function summarize(values: readonly number[]): Summary {
  const sorted = [...values].sort((one, two) => one - two);
  const at = (place: number) => sorted[Math.floor((sorted.length - 1) * place)] ?? Number.NaN;
  return { median: at(0.5), min: at(0), max: at(1) };
}

function format({ median, min, max }: Summary): string {
  const round = (value: number) =>
    String(value < 10 ? Math.round(value * 100) / 100 : Math.round(value));
  return min === max ? round(median) : `${round(median)} (${round(min)} to ${round(max)})`;
}
