/** Counters, gauges and histograms by label set, cheap enough for every request: one Map look-up and a few additions. */

export type Labels = Readonly<Record<string, string>>;

/** One line of the exposition format. `name` differs from the metric's for the parts of a histogram. */
export interface Sample {
  readonly metricName?: string;
  readonly labels: Readonly<Record<string, string | number>>;
  readonly value: number;
}

export interface Metric {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  samples(): Sample[] | Promise<Sample[]>;
}

/** Past so many label sets new ones are counted under `other`: a client must not be able to fill the memory. */
const MAX_SERIES = 4_000;

/** A family of numbers, by the values of fixed labels. */
export class ValueFamily implements Metric {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge';
  readonly #labels: readonly string[];
  readonly #series = new Map<string, { values: readonly string[]; value: number }>();

  constructor(type: 'counter' | 'gauge', name: string, labels: readonly string[], help: string) {
    this.name = name;
    this.help = help;
    this.type = type;
    this.#labels = labels;
  }

  /** Label values in the order of the labels. */
  add(amount: number, ...values: string[]): void {
    this.#cell(values).value += amount;
  }

  set(value: number, ...values: string[]): void {
    this.#cell(values).value = value;
  }

  /** The cell of one label set, for callers that count often. */
  at(...values: string[]): { value: number } {
    return this.#cell(values);
  }

  samples(): Sample[] {
    return [...this.#series.values()].map(({ values, value }) => ({ labels: zip(this.#labels, values), value }));
  }

  #cell(values: readonly string[]): { value: number } {
    const key = values.length === 1 ? (values[0] as string) : values.join('\n');
    const known = this.#series.get(key);
    if (known !== undefined) return known;
    if (this.#series.size >= MAX_SERIES && values.some((value) => value !== 'other'))
      return this.#cell(values.map(() => 'other'));
    const cell = { values, value: 0 };
    this.#series.set(key, cell);
    return cell;
  }
}

/** The observations of one label set. */
export class Buckets {
  readonly #bounds: readonly number[];
  readonly #counts: Float64Array;
  #sum = 0;

  /** @param bounds upper bounds, rising, without +Inf */
  constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
    this.#counts = new Float64Array(bounds.length + 1);
  }

  observe(value: number): void {
    let low = 0;
    let high = this.#bounds.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (value <= (this.#bounds[middle] as number)) high = middle;
      else low = middle + 1;
    }
    this.#counts[low] = (this.#counts[low] as number) + 1;
    this.#sum += value;
  }

  /** Adds another's observations; both must have the same bounds. */
  absorb(other: Buckets): void {
    for (let i = 0; i < this.#counts.length; i++)
      this.#counts[i] = (this.#counts[i] as number) + (other.#counts[i] as number);
    this.#sum += other.#sum;
  }

  samples(name: string, labels: Labels): Sample[] {
    const samples: Sample[] = [];
    let count = 0;
    this.#counts.forEach((own, i) => {
      count += own;
      samples.push({
        metricName: `${name}_bucket`,
        labels: { ...labels, le: this.#bounds[i] ?? '+Inf' },
        value: count,
      });
    });
    samples.push(
      { metricName: `${name}_sum`, labels, value: this.#sum },
      { metricName: `${name}_count`, labels, value: count },
    );
    return samples;
  }
}

export class HistogramFamily implements Metric {
  readonly type = 'histogram';
  readonly name: string;
  readonly help: string;
  readonly #labels: readonly string[];
  readonly #bounds: readonly number[];
  readonly #series = new Map<string, { values: readonly string[]; buckets: Buckets }>();

  constructor(name: string, labels: readonly string[], bounds: readonly number[], help: string) {
    this.name = name;
    this.help = help;
    this.#labels = labels;
    this.#bounds = bounds;
  }

  observe(value: number, ...values: string[]): void {
    this.#buckets(values).observe(value);
  }

  /** The buckets of one label set, for callers that observe often. */
  at(...values: string[]): Buckets {
    return this.#buckets(values);
  }

  samples(): Sample[] {
    return [...this.#series.values()].flatMap(({ values, buckets }) =>
      buckets.samples(this.name, zip(this.#labels, values)),
    );
  }

  #buckets(values: readonly string[]): Buckets {
    const key = values.join('\n');
    const known = this.#series.get(key);
    if (known !== undefined) return known.buckets;
    if (this.#series.size >= MAX_SERIES && values.some((value) => value !== 'other'))
      return this.#buckets(values.map(() => 'other'));
    const buckets = new Buckets(this.#bounds);
    this.#series.set(key, { values, buckets });
    return buckets;
  }
}

/** A metric whose numbers are looked up when asked for. */
export function computed(
  type: 'counter' | 'gauge',
  name: string,
  help: string,
  samples: () => Sample[] | Promise<Sample[]>,
): Metric {
  return { type, name, help, samples };
}

function zip(labels: readonly string[], values: readonly string[]): Record<string, string> {
  return Object.fromEntries(labels.map((label, i) => [label, values[i] ?? '']));
}
