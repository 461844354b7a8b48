/**
 * Digests as the protocol defines them (native/PROTOCOL.md, Digest).
 */
const MASK64 = (1n << 64n) - 1n;
const START = 0xcbf29ce484222325n;
const FACTOR = 0x9e3779b97f4a7c15n;

/** Digest of 64-bit words, as 16 hex digits. */
export function digestOfWords(words: Iterable<bigint>): string {
  let h = START;
  for (const word of words) {
    h = ((h ^ word) * FACTOR) & MASK64;
    h ^= h >> 32n;
  }
  return h.toString(16).padStart(16, '0');
}

/** One digest for several batches: the batch's own, or the digest of their digests as words. */
export function foldDigests(digests: readonly string[]): string {
  const [only] = digests;
  if (digests.length === 1 && only !== undefined) return only;
  return digestOfWords(digests.map((digest) => BigInt(`0x${digest}`)));
}
