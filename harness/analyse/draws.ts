/**
 * Draws from continuous distributions, out of seeded whole numbers.
 */
import type { Random } from '../plan/prng.ts';

/** Uniform on (0, 1), never 0: 53 bits. */
export function uniform(random: Random): number {
  return ((random.uint32() >>> 5) * 2 ** 26 + (random.uint32() >>> 6) + 0.5) / 2 ** 53;
}

/**
 * Standard normal: G. E. P. Box and M. E. Muller, "A note on the generation of random normal
 * deviates", Ann. Math. Stat. 29(2), 1958.
 */
export function normal(random: Random): number {
  const radius = Math.sqrt(-2 * Math.log(uniform(random)));
  return radius * Math.cos(2 * Math.PI * uniform(random));
}
