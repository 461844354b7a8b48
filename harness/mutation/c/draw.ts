/**
 * Which changes are tried: a share for each file by its lines, and in a file, for each draw, first the kind
 * of change and then the place, by a seed. What a file draws depends on that file alone.
 */
import { createHash } from 'node:crypto';
import { type Random, seededRandom } from '../../plan/prng.ts';
import { KINDS, type Site } from './sites.ts';

/**
 * How many of `number` each gets, by weight: at least one each, and `number` in all when there are no more
 * of them than that.
 */
export function sharesOf(weights: readonly number[], number: number): number[] {
  const sum = weights.reduce((a, b) => a + b, 0);
  const exact = weights.map((weight) => (weight / sum) * number);
  const shares = exact.map((share) => Math.max(1, Math.floor(share)));
  const rest = (i: number) => (exact[i] ?? 0) - (shares[i] ?? 0);
  for (let left = number - shares.reduce((a, b) => a + b, 0); left > 0; left--) {
    const most = shares.reduce((best, _, i) => (rest(i) > rest(best) ? i : best), 0);
    shares[most] = (shares[most] ?? 0) + 1;
  }
  return shares;
}

/** A generator of a file's own. */
export function randomOf(seed: number, file: string): Random {
  const digest = createHash('sha256').update(`${seed} ${file}`).digest();
  return seededRandom(digest.readBigUInt64LE());
}

/** All sites in the order in which they are tried: every kind that is left is as likely. */
export function inDrawnOrder(sites: readonly Site[], random: Random): Site[] {
  const byKind = KINDS.map((kind) => sites.filter((site) => site.kind === kind));
  const order: Site[] = [];
  for (let left = byKind.filter((of) => of.length > 0); left.length > 0; ) {
    const of = left[random.below(left.length)] as Site[];
    order.push(...of.splice(random.below(of.length), 1));
    left = left.filter(({ length }) => length > 0);
  }
  return order;
}
