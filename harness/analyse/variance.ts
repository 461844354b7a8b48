/**
 * Which level of repetition the spread comes from, and which to repeat more often.
 *
 * Components of a nested random-effects design, unbalanced allowed, by the analysis of variance
 * (method of moments): S. R. Searle, G. Casella and C. E. McCulloch, "Variance Components", 1992,
 * section 3.6 and chapter 5 (Henderson's method I). For benchmarks: T. Kalibera and R. Jones,
 * "Rigorous benchmarking in reasonable time", ISMM 2013.
 *
 * Components describe means; a median's own spread is that of `median-interval.ts`.
 */
import { studentQuantile } from './distributions.ts';
import { LEVELS, type Level, type Nested, type Unit } from './nested.ts';

/** Variance that one level adds. */
export interface Component {
  level: Level | 'page';
  /** Units of this level in all. */
  units: number;
  /** In squared units of the values; null where the level has no unit to spare. Never below 0. */
  variance: number | null;
  /** Part of the sum of all components, 0 to 1; null like `variance`, or when nothing varies. */
  share: number | null;
}

interface Node {
  count: number;
  sum: number;
  /** Sum over the units of each finer level in it of the squares of their counts. */
  squares: number[];
}

interface Tier {
  units: number;
  /** Sum over its units of the squared sum of their values over their count. */
  total: number;
  /** For each level: what a unit of its variance adds to the expectation of `total`. */
  weights: number[];
}

/** One more than LEVELS: pages are the last level. */
const DEPTH = LEVELS.length + 1;

function addUnit(tiers: Tier[], depth: number, { count, sum, squares }: Node): void {
  const tier = tiers[depth] as Tier;
  tier.units++;
  tier.total += sum ** 2 / count;
  for (let level = 0; level < DEPTH; level++) {
    const weight = level < depth ? count : (squares[level] as number) / count;
    tier.weights[level] = (tier.weights[level] as number) + weight;
  }
}

function measureUnit(data: Nested, unit: Unit, depth: number, shift: number, tiers: Tier[]): Node {
  const node: Node = { count: 0, sum: 0, squares: new Array(DEPTH).fill(0) };
  if ('batch' in unit) {
    const pages = tiers[DEPTH] as Tier;
    for (const value of data.batches[unit.batch]?.values ?? []) {
      node.count++;
      node.sum += value - shift;
      pages.total += (value - shift) ** 2;
    }
    node.squares[DEPTH - 1] = node.count;
    pages.units += node.count;
    pages.weights = pages.weights.map((weight) => weight + node.count);
  } else {
    for (const part of unit.parts) {
      const { count, sum, squares } = measureUnit(data, part, depth + 1, shift, tiers);
      node.count += count;
      node.sum += sum;
      for (let level = depth + 1; level < DEPTH; level++) {
        node.squares[level] = (node.squares[level] as number) + (squares[level] as number);
      }
      node.squares[depth] = (node.squares[depth] as number) + count ** 2;
    }
  }
  addUnit(tiers, depth, node);
  return node;
}

/** Components of the levels, from the outermost to the page. */
export function varianceComponents(data: Nested): Component[] {
  const shift = data.batches[0]?.values[0] ?? 0;
  const tiers: Tier[] = Array.from({ length: DEPTH + 1 }, () => ({
    units: 0,
    total: 0,
    weights: new Array(DEPTH).fill(0),
  }));
  measureUnit(data, data.root, 0, shift, tiers);
  const variances: (number | null)[] = new Array(DEPTH).fill(null);
  for (let level = DEPTH - 1; level >= 0; level--) {
    const [inner, outer] = [tiers[level + 1] as Tier, tiers[level] as Tier];
    if (inner.units === outer.units) continue;
    let left = inner.total - outer.total;
    for (let finer = level + 1; finer < DEPTH; finer++) {
      const weight = (inner.weights[finer] as number) - (outer.weights[finer] as number);
      left -= (variances[finer] ?? 0) * weight;
    }
    const weight = (inner.weights[level] as number) - (outer.weights[level] as number);
    variances[level] = Math.max(0, left / weight);
  }
  const sum = variances.reduce<number>((total, variance) => total + (variance ?? 0), 0);
  return [...LEVELS, 'page' as const].map((level, index) => {
    const variance = variances[index] ?? null;
    return {
      level,
      units: (tiers[index + 1] as Tier).units,
      variance,
      share: variance === null || sum === 0 ? null : variance / sum,
    };
  });
}

/**
 * How many units (boots) a mean needs so that its 95 % interval is at most `precision` to either
 * side, as a part of the mean: the smallest n with t(n - 1) * sd / sqrt(n) <= precision * mean
 * (W. G. Cochran, "Sampling Techniques", 3rd ed. 1977, section 4.6, with Student's t).
 * @param values one value a unit: a boot's estimate. At least two, or undefined is returned.
 */
export function unitsNeeded(values: readonly number[], precision: number): number | undefined {
  if (values.length < 2) return undefined;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const sd = Math.sqrt(squares / (values.length - 1));
  const reach = (n: number) => (studentQuantile(0.975, n - 1) * sd) / Math.sqrt(n);
  const wanted = precision * Math.abs(mean);
  if (!(wanted > 0)) return undefined;
  let high = 2;
  while (reach(high) > wanted) high *= 2;
  let low = high / 2;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (reach(middle) > wanted) low = middle;
    else high = middle;
  }
  return high;
}
