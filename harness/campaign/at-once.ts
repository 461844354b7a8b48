/** Work on several machines, some of them at the same time. */

/** A piece of work. */
export interface Piece<T> {
  /** Expected duration, in any unit: the longest begins first. */
  cost: number;
  /** Whether it takes one of the places; else it begins at once, beside all others. */
  takesPlace: boolean;
  work(): Promise<T>;
}

/**
 * Does all pieces, at most `places` of those at the same time that take one.
 * @returns what came of each, in the order of the pieces
 * @throws what the first of them threw, when all that was begun has ended; no other one is begun then
 */
export async function atOnce<T>(pieces: readonly Piece<T>[], places: number): Promise<T[]> {
  const results: T[] = [];
  const thrown: unknown[] = [];
  const one = async (index: number) => {
    try {
      results[index] = await (pieces[index] as Piece<T>).work();
    } catch (error) {
      thrown.push(error);
    }
  };
  const indices = [...pieces.keys()];
  const beside = indices.filter((index) => !pieces[index]?.takesPlace).map(one);
  const waiting = indices
    .filter((index) => pieces[index]?.takesPlace)
    .sort((a, b) => (pieces[b]?.cost ?? 0) - (pieces[a]?.cost ?? 0));
  const place = async () => {
    while (thrown.length === 0) {
      const next = waiting.shift();
      if (next === undefined) return;
      await one(next);
    }
  };
  await Promise.all([...beside, ...Array.from({ length: places }, place)]);
  if (thrown.length > 0) throw thrown[0];
  return results;
}
