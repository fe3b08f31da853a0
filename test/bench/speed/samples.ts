/** What was measured of one thing, round by round. */
interface Series {
  readonly name: string;
  readonly of: string;
  readonly unit: string;
  readonly values: number[];
}

/** The median of some values, with the least and the most. */
interface Summary {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** All that a run has measured. */
export class Samples {
  readonly #series = new Map<string, Series>();

  /** Adds what one round found. `of`: what was measured, of those that stand side by side. */
  add(name: string, of: string, unit: string, value: number): void {
    const key = JSON.stringify([name, of]);
    const series = this.#series.get(key) ?? { name, of, unit, values: [] };
    series.values.push(value);
    this.#series.set(key, series);
  }

  /** A table with a column for each that stands side by side: median, least and most. */
  rows(): string[][] {
    const all = [...this.#series.values()];
    const columns = [...new Set(all.map(({ of }) => of))];
    const names = [...new Set(all.map(({ name }) => name))];
    const cell = (name: string, of: string) => {
      const series = this.#series.get(JSON.stringify([name, of]));
      return series ? format(summarize(series.values)) : '';
    };
    const unitOf = (name: string) => all.find((series) => series.name === name)?.unit ?? '';
    const body = names.map((name) => [name, unitOf(name), ...columns.map((of) => cell(name, of))]);
    return [['what', 'unit', ...columns], ...body];
  }

  toJSON(): unknown {
    return [...this.#series.values()].map((series) => ({ ...series, ...summarize(series.values) }));
  }
}

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
