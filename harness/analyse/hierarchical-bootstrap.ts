/**
 * How well the median is known when values come in levels: the percentile bootstrap that draws
 * runs, in each of them boots, then domains, blocks, batches and pages, always with replacement.
 *
 * A. C. Davison and D. V. Hinkley, "Bootstrap Methods and their Application", 1997, section 3.8;
 * T. Kalibera and R. Jones, "Rigorous benchmarking in reasonable time", ISMM 2013; V. Saravanan, G.
 * J. Berman and S. J. Sober, "Application of the hierarchical bootstrap to multi-level data in
 * neuroscience", Neurons, Behavior, Data Analysis, and Theory 3(5), 2020.
 *
 * Pages are not drawn one by one. The median of a resample is at most t when at least half of its
 * values are. With the batches drawn, their number is a sum of binomials, one a batch, of which each
 * replicate takes its quantile at a random place, by the normal approximation: a page then costs
 * nothing, and a million of them are resampled in seconds.
 *
 * With one unit on a level, what varies there cannot be known and is not in the interval.
 */
import type { Random } from '../plan/prng.ts';
import { normalCdf, studentQuantile } from './distributions.ts';
import { normal } from './draws.ts';
import { countUnits, type Nested, type Unit } from './nested.ts';
import { quantile, type SortedSample, sortedSample } from './quantile.ts';

/** Replicates of an interval. */
export const REPLICATES = 2000;

/** Adds one draw of a unit: how often each batch is in it. */
function draw(unit: Unit, random: Random, times: Uint32Array): void {
  if ('batch' in unit) {
    times[unit.batch] = (times[unit.batch] as number) + 1;
    return;
  }
  const { parts } = unit;
  for (let i = 0; i < parts.length; i++) {
    const part = parts.length === 1 ? 0 : random.below(parts.length);
    draw(parts[part] as Unit, random, times);
  }
}

/** Values of all batches in ascending order, each once. */
function distinct(samples: readonly SortedSample[], size: number): Float64Array {
  const all = new Float64Array(size);
  let at = 0;
  for (const sample of samples) {
    all.set(sample, at);
    at += sample.length;
  }
  all.sort();
  let kept = 0;
  for (const value of all) {
    if (kept === 0 || value !== all[kept - 1]) all[kept++] = value;
  }
  return all.slice(0, kept);
}

/** Number of values of the sample that are at most `limit`, known to be from `low` to `high`. */
function countUpTo(sample: SortedSample, limit: number, low: number, high: number): number {
  let [a, b] = [low, high];
  while (a < b) {
    const middle = (a + b) >>> 1;
    if ((sample[middle] as number) <= limit) a = middle + 1;
    else b = middle;
  }
  return a;
}

/** One draw of the median of pages, given how often each batch was drawn. */
class PageMedian {
  readonly #samples: readonly SortedSample[];
  readonly #values: Float64Array;
  readonly #low: Uint32Array;
  readonly #high: Uint32Array;
  readonly #middle: Uint32Array;

  constructor({ sorted, size }: Nested) {
    this.#samples = sorted;
    this.#values = distinct(sorted, size);
    this.#low = new Uint32Array(sorted.length);
    this.#high = new Uint32Array(sorted.length);
    this.#middle = new Uint32Array(sorted.length);
  }

  draw(times: Uint32Array, z: number): number {
    const samples = this.#samples;
    let half = 0;
    for (let i = 0; i < samples.length; i++) {
      const { length } = samples[i] as SortedSample;
      this.#low[i] = 0;
      this.#high[i] = length;
      half += ((times[i] as number) * length) / 2;
    }
    let [from, to] = [0, this.#values.length - 1];
    while (from < to) {
      const place = (from + to) >>> 1;
      const below = this.#countBelow(times, this.#values[place] as number, z);
      if (below >= half) {
        to = place;
        this.#high.set(this.#middle);
      } else {
        from = place + 1;
        this.#low.set(this.#middle);
      }
    }
    return this.#values[from] as number;
  }

  /** Quantile, at the probability of z, of how many of the drawn values are at most the limit. */
  #countBelow(times: Uint32Array, limit: number, z: number): number {
    let [expected, variance] = [0, 0];
    for (let i = 0; i < this.#samples.length; i++) {
      const drawn = times[i] as number;
      if (drawn === 0) continue;
      const sample = this.#samples[i] as SortedSample;
      const low = this.#low[i] as number;
      const below = countUpTo(sample, limit, low, this.#high[i] as number);
      this.#middle[i] = below;
      expected += drawn * below;
      variance += (drawn * below * (sample.length - below)) / sample.length;
    }
    return expected + z * Math.sqrt(variance);
  }
}

/** Medians of resamples, in the order in which they were drawn. */
export function medianReplicates(
  data: Nested,
  random: Random,
  replicates = REPLICATES,
): Float64Array {
  const pages = new PageMedian(data);
  const times = new Uint32Array(data.batches.length);
  return Float64Array.from({ length: replicates }, () => {
    times.fill(0);
    draw(data.root, random, times);
    return pages.draw(times, normal(random));
  });
}

/**
 * Number of units that were measured independently of each other: runs, or the boots of one run.
 * With one boot there is none to tell: 1.
 */
export function independentUnits(data: Nested): number {
  const { run, boot } = countUnits(data);
  return run > 1 ? run : boot;
}

function expandedTail(units: number): number {
  return normalCdf(-Math.sqrt(units / (units - 1)) * studentQuantile(0.975, units - 1));
}

/**
 * The 95 % percentile interval of replicates (Davison and Hinkley, section 5.3), expanded for few
 * independent units: with n of them, a bootstrap varies too little by (n - 1) / n, and knows their
 * spread no better than Student's t allows (T. C. Hesterberg, "What teachers should know about the
 * bootstrap", The American Statistician 69(4), 2015).
 * @param units 1: as it is, for what varies inside one unit
 */
export function percentileInterval(replicates: Float64Array, units: number): [number, number] {
  const tail = units > 1 ? expandedTail(units) : 0.025;
  const sorted = sortedSample(replicates);
  return [quantile(sorted, tail), quantile(sorted, 1 - tail)];
}
