/**
 * What a target's region holds (native/PROTOCOL.md, Target): splitmix64 of the number of each word.
 */
import { digestOfWords } from './digest.ts';

const MASK64 = (1n << 64n) - 1n;
const WORDS_OF_PAGE = 512;

function word(seed: bigint, n: bigint): bigint {
  let z = (seed + (n + 1n) * 0x9e3779b97f4a7c15n) & MASK64;
  z = ((z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n) & MASK64;
  z = ((z ^ (z >> 27n)) * 0x94d049bb133111ebn) & MASK64;
  return z ^ (z >> 31n);
}

function* words(seed: number, first: number, pages: number): Generator<bigint> {
  const end = (first + pages) * WORDS_OF_PAGE;
  for (let n = first * WORDS_OF_PAGE; n < end; n++) yield word(BigInt(seed), BigInt(n));
}

/** Digest of pages of a region of this seed, as an introspector has to give it. */
export function digestOfPages(seed: number, first: number, pages: number): string {
  return digestOfWords(words(seed, first, pages));
}
