/**
 * Seeded random numbers, so that an order or a simulation can be repeated.
 *
 * Generator: xoshiro128** 1.1, D. Blackman and S. Vigna, "Scrambled linear pseudorandom number
 * generators", ACM Trans. Math. Softw. 47(4), 2021. Its state is filled by splitmix64
 * (G. Steele, D. Lea, C. Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014),
 * as the authors advise.
 */

/** A source of random numbers with a state of its own. */
export interface Random {
  /** Uniform on the whole numbers 0 to 2^32 - 1. */
  uint32(): number;
  /** Uniform on the whole numbers 0 to bound - 1, without bias. `bound` is 1 to 2^32. */
  below(bound: number): number;
}

const MASK64 = (1n << 64n) - 1n;

function rotateLeft(x: number, k: number): number {
  return (x << k) | (x >>> (32 - k));
}

/** xoshiro128** from a state of four words, at least one of them not zero. */
export function xoshiro128(state: readonly [number, number, number, number]): Random {
  const s = Uint32Array.from(state);
  const uint32 = (): number => {
    const [s0 = 0, s1 = 0, s2 = 0, s3 = 0] = s;
    const result = Math.imul(rotateLeft(Math.imul(s1, 5), 7), 9) >>> 0;
    s[2] = s2 ^ s0;
    s[3] = s3 ^ s1;
    s[1] = s1 ^ (s2 ^ s0);
    s[0] = s0 ^ (s3 ^ s1);
    s[2] = s2 ^ s0 ^ (s1 << 9);
    s[3] = rotateLeft(s3 ^ s1, 11);
    return result;
  };
  const below = (bound: number): number => {
    const limit = 2 ** 32 - (2 ** 32 % bound);
    let value = uint32();
    while (value >= limit) value = uint32();
    return value % bound;
  };
  return { uint32, below };
}

/** A generator from a seed of up to 64 bits. */
export function seededRandom(seed: number | bigint): Random {
  let z = BigInt(seed) & MASK64;
  const splitmix64 = (): bigint => {
    z = (z + 0x9e3779b97f4a7c15n) & MASK64;
    let x = z;
    x = ((x ^ (x >> 30n)) * 0xbf58476d1ce4e5b9n) & MASK64;
    x = ((x ^ (x >> 27n)) * 0x94d049bb133111ebn) & MASK64;
    return x ^ (x >> 31n);
  };
  const a = splitmix64();
  const b = splitmix64();
  const low = (x: bigint): number => Number(x & 0xffffffffn);
  return xoshiro128([low(a), low(a >> 32n), low(b), low(b >> 32n)]);
}

/**
 * Puts values in a random order, in place: R. Durstenfeld, "Algorithm 235: Random permutation",
 * CACM 7(7), 1964 (Fisher and Yates's method).
 */
export function shuffle<T>(items: { length: number; [place: number]: T }, random: Random): void {
  for (let i = items.length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    const held = items[i] as T;
    items[i] = items[j] as T;
    items[j] = held;
  }
}

/** A copy in a random order. */
export function shuffled<T>(items: readonly T[], random: Random): T[] {
  const copy = [...items];
  shuffle(copy, random);
  return copy;
}
