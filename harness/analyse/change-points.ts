/**
 * Where the level of a series changes: the division of the series into segments that fits best for a
 * price of each change (best-division.ts), and a permutation test, which says of each change how often
 * chance alone would have made one.
 *
 * R. Killick, P. Fearnhead and I. A. Eckley, "Optimal detection of changepoints with a linear
 * computational cost", J. Am. Stat. Assoc. 107, 2012. Cost of a segment: its squared deviations from
 * its mean over the variance of the noise. Price of a change: 3 log n, which is above the
 * Schwarz criterion for one change of mean (Y.-C. Yao, Stat. Probab. Lett. 6, 1988), since a false
 * alarm costs a person's time. The noise is taken from differences of neighbours, which a change of
 * level leaves alone, without the greatest tenth of them (the trimmed mean of the half-normal
 * distribution), and each value is held within a few deviations of the median around it, so that a
 * single bad run is no change (P. Fearnhead and G. Rigaill, J. Am. Stat. Assoc. 114, 2019, on why).
 *
 * The division believes that noise is normal. The permutation test does not: what it asks is whether the
 * order of the runs matters (D. S. Matteson and N. A. James, "A nonparametric approach for multiple
 * change point analysis of multivariate data", J. Am. Stat. Assoc. 109, 2014).
 */
import { seededRandom, shuffle } from '../plan/prng.ts';
import { bestDivision, SHORTEST } from './best-division.ts';
import { normalQuantile } from './distributions.ts';
import { quantile, sortedSample } from './quantile.ts';

/** Deviations beyond which a value counts as bad rather than as noise. */
const HOLD = 3;

/** Part of the differences of neighbours that is believed to be noise: the rest may be changes. */
const KEPT = 0.9;

/**
 * Most probable under shuffling that a change may be; in a short series, where no order is improbable
 * (of six values, half of them new, one in ten looks like a change), what shows one as well as any.
 */
const SIGNIFICANCE = 0.05;
const OF_FEW = { significance: 0.15, below: 15 };

/** Shuffles of a test. */
const SHUFFLES = 499;

/** Values on either side of a change that are shuffled: longer series would take long. */
const AROUND = 150;

/** A change of level. */
export interface ChangePoint {
  /** Place of the first value of the new level, from 0. */
  index: number;
  /** Means of the values before and after, up to the next changes. */
  before: number;
  after: number;
  /**
   * Probability that the values in another order show as much: the greater of that for the values
   * around, whatever changes are among them, and of that for the two levels alone. Monte Carlo, with a
   * fixed seed: (1 + orders that do) / (1 + orders tried), after J. Besag and P. Clifford, "Sequential
   * Monte Carlo p-values", Biometrika 78, 1991.
   */
  p: number;
}

function medianOf(values: Float64Array): number {
  return quantile(sortedSample(values), 0.5);
}

/** Standard deviation of the noise. */
function noiseOf(series: Float64Array): number {
  const differences = new Float64Array(series.length - 1);
  for (let i = 0; i < differences.length; i++) {
    differences[i] = Math.abs((series[i + 1] as number) - (series[i] as number));
  }
  differences.sort();
  const kept = Math.min(differences.length - 1, Math.ceil(KEPT * differences.length));
  const part = kept / differences.length;
  const mean = differences.subarray(0, kept).reduce((sum, value) => sum + value, 0) / kept;
  const end = normalQuantile((1 + part) / 2);
  const ofOne = (Math.sqrt(2 / Math.PI) * (1 - Math.exp((-end * end) / 2))) / part;
  return mean / ofOne / Math.SQRT2;
}

function middleOf(a: number, b: number, c: number): number {
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
}

/** The series with what stands out by itself drawn to the median of three around it. */
function held(series: Float64Array, noise: number): Float64Array {
  const last = series.length - 3;
  if (last < 0) return series.slice();
  return series.map((value, i) => {
    const first = Math.max(0, Math.min(i - 1, last));
    const centre = middleOf(
      series[first] as number,
      series[first + 1] as number,
      series[first + 2] as number,
    );
    return Math.min(Math.max(value, centre - HOLD * noise), centre + HOLD * noise);
  });
}

function significanceOf(length: number): number {
  return length < OF_FEW.below ? OF_FEW.significance : SIGNIFICANCE;
}

/**
 * How often these values in another order divide as well as they do in theirs. What is above
 * `significance` is not told to the end.
 */
function probabilityOf(
  series: Float64Array,
  noise: number,
  price: number,
  significance: number,
): number {
  const lost = Math.ceil(significance * (SHUFFLES + 1));
  const centre = medianOf(series);
  const other = series.map((value) => value - centre);
  const gainOf = () => bestDivision(held(other, noise), noise, price).gain;
  const own = gainOf() * (1 - 1e-9);
  if (own <= 0) return 1;
  const random = seededRandom(1);
  let asGood = 0;
  for (let tried = 1; tried <= SHUFFLES; tried++) {
    shuffle(other, random);
    if (gainOf() >= own) asGood++;
    if (asGood === lost) return (1 + asGood) / (1 + tried);
  }
  return (1 + asGood) / (1 + SHUFFLES);
}

/** Beginnings of segments, with the length of the series as the last. */
function edgesOf(beginnings: Int32Array): number[] {
  const edges = [beginnings.length - 1];
  for (let end = edges[0] as number; end > 0; ) {
    end = beginnings[end] as number;
    edges.unshift(end);
  }
  return edges;
}

/** Leaves out the least credible change, again and again, until each that is left is credible. */
function credible(
  edges: readonly number[],
  test: (from: number, to: number) => number,
): { index: number; p: number }[] {
  const left = [...edges];
  const end = edges.at(-1) as number;
  const significance = significanceOf(end);
  const known = new Map<string, number>();
  const probability = (from: number, to: number) => {
    const key = `${from} ${to}`;
    const p = known.get(key) ?? test(from, to);
    known.set(key, p);
    return p;
  };
  const surroundings = (index: number): number =>
    end <= 2 * AROUND
      ? probability(0, end)
      : probability(Math.max(0, index - AROUND), Math.min(end, index + AROUND));
  const probabilityAt = (index: number, from: number, to: number): number => {
    const around = surroundings(index);
    if (around > significance) return around;
    return Math.max(
      around,
      probability(Math.max(from, index - AROUND), Math.min(to, index + AROUND)),
    );
  };
  for (;;) {
    const inner = left.slice(1, -1).map((index, i) => ({
      index,
      p: probabilityAt(index, left[i] as number, left[i + 2] as number),
    }));
    const [worst] = [...inner].sort((a, b) => b.p - a.p);
    if (worst === undefined || worst.p <= significance) return inner;
    left.splice(left.indexOf(worst.index), 1);
  }
}

/**
 * The changes of level of a series of finite values, in order. The first run of a new level is told
 * as soon as there is a second one.
 * @param resolution smallest noise that is believed, in units of the values: a series that repeats
 * exactly has none of its own, and any step is then a change
 */
export function changePoints(series: Float64Array, resolution: number): ChangePoint[] {
  const n = series.length;
  if (n < 2 * SHORTEST) return [];
  const noise = Math.max(noiseOf(series), resolution);
  const price = 3 * Math.log(n);
  const shift = medianOf(series);
  const values = held(series, noise).map((value) => value - shift);
  const candidates = edgesOf(bestDivision(values, noise, price).beginnings);
  const changes = credible(candidates, (from, to) =>
    probabilityOf(series.subarray(from, to), noise, price, significanceOf(n)),
  );
  const edges = [0, ...changes.map(({ index }) => index), n];
  const means = edges.slice(1).map((end, i) => {
    const part = values.subarray(edges[i] as number, end);
    return shift + part.reduce((sum, value) => sum + value, 0) / part.length;
  });
  return changes.map(({ index, p }, i) => ({
    index,
    before: means[i] as number,
    after: means[i + 1] as number,
    p,
  }));
}
