/**
 * How two samples compare in whole: the Mann-Whitney U test, and Cliff's delta as its size.
 *
 * H. B. Mann and D. R. Whitney, "On a test of whether one of two random variables is
 * stochastically larger than the other", Ann. Math. Stat. 18, 1947; ties: W. H. Kruskal, Ann. Math.
 * Stat. 28, 1957; exact distribution with ties by the shift algorithm: B. Streitberg and J. Röhmel,
 * "Exact distributions for permutation and rank tests", Statistical Software Newsletter 12, 1986.
 * N. Cliff, "Dominance statistics", Psychological Bulletin 114(3), 1993.
 *
 * Both take the values as independent. Pages of a batch are not, so that p is small for every
 * difference, however slight: no verdict is made of it.
 */
import { normalCdf } from './distributions.ts';
import type { SortedSample } from './quantile.ts';

/** Largest number of values in all whose exact distribution is computed. */
const EXACT_UP_TO = 50;

/** Result of a Mann-Whitney test. */
export interface MannWhitney {
  /** Pairs in which the first sample's value is the larger, ties counted half: R's W. */
  u: number;
  /** Two-sided. */
  p: number;
  /** Whether p is exact; otherwise normal, corrected for ties and continuity. */
  exact: boolean;
}

interface Tie {
  /** How many values of either sample stand here. */
  a: number;
  b: number;
}

/** Places of the joint order, each with how many values of either sample stand there. */
function* ties(a: SortedSample, b: SortedSample): Generator<Tie, void> {
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    const value = Math.min(a[i] ?? Number.POSITIVE_INFINITY, b[j] ?? Number.POSITIVE_INFINITY);
    const [fromA, fromB] = [i, j];
    while (a[i] === value) i++;
    while (b[j] === value) j++;
    yield { a: i - fromA, b: j - fromB };
  }
}

function countPairs(a: SortedSample, b: SortedSample): { u: number; tieSum: number } {
  let [u, below, tieSum] = [0, 0, 0];
  for (const tie of ties(a, b)) {
    u += tie.a * (below + tie.b / 2);
    below += tie.b;
    const t = tie.a + tie.b;
    tieSum += t ** 3 - t;
  }
  return { u, tieSum };
}

/** P that the rank sum lies at least as far from its mean as it does, over all divisions. */
function exactP(a: SortedSample, b: SortedSample, u: number): number {
  const total = a.length + b.length;
  const doubled: number[] = [];
  for (const { a: fromA, b: fromB } of ties(a, b)) {
    const rank = 2 * doubled.length + fromA + fromB + 1;
    for (let i = 0; i < fromA + fromB; i++) doubled.push(rank);
  }
  const most = total * (total + 1);
  const ways = Array.from({ length: a.length + 1 }, () => new Float64Array(most + 1));
  (ways[0] as Float64Array)[0] = 1;
  for (const rank of doubled) {
    for (let taken = a.length; taken > 0; taken--) {
      const [to, from] = [ways[taken] as Float64Array, ways[taken - 1] as Float64Array];
      for (let sum = most; sum >= rank; sum--) {
        to[sum] = (to[sum] as number) + (from[sum - rank] as number);
      }
    }
  }
  const mean = a.length * (total + 1);
  const distance = Math.abs(2 * u + a.length * (a.length + 1) - mean);
  let [all, far] = [0, 0];
  (ways[a.length] as Float64Array).forEach((count, sum) => {
    all += count;
    if (Math.abs(sum - mean) >= distance) far += count;
  });
  return far / all;
}

/** The Mann-Whitney test of two samples: R's wilcox.test(a, b). */
export function mannWhitney(a: SortedSample, b: SortedSample): MannWhitney {
  const { u, tieSum } = countPairs(a, b);
  const [n, m] = [a.length, b.length];
  const total = n + m;
  if (total <= EXACT_UP_TO) return { u, p: exactP(a, b, u), exact: true };
  const variance = ((n * m) / 12) * (total + 1 - tieSum / (total * (total - 1)));
  const distance = Math.abs(u - (n * m) / 2);
  if (!(variance > 0)) return { u, p: 1, exact: false };
  const z = Math.max(0, distance - 0.5) / Math.sqrt(variance);
  return { u, p: 2 * normalCdf(-z), exact: false };
}

/**
 * Cliff's delta, from -1 to 1: how much likelier it is that a value of `a` is above one of `b`
 * than below it.
 */
export function cliffsDelta(a: SortedSample, b: SortedSample): number {
  return (2 * countPairs(a, b).u) / (a.length * b.length) - 1;
}
