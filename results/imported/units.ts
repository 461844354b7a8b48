/**
 * Units of time, and what one is in another.
 */

/** Nanoseconds of each unit of time. */
const NANOSECONDS: ReadonlyMap<string, number> = new Map([
  ['s', 1e9],
  ['ms', 1e6],
  ['us', 1e3],
  ['µs', 1e3],
  ['ns', 1],
]);

/** How a value in one unit is given in another; undefined when it cannot be. */
export function conversion(from: string, to: string): ((value: number) => number) | undefined {
  if (from === to) return (value) => value;
  const [own, other] = [NANOSECONDS.get(from), NANOSECONDS.get(to)];
  if (own === undefined || other === undefined) return undefined;
  // Powers of ten from 1 up are exact, their reciprocals are not.
  return own >= other ? (value) => value * (own / other) : (value) => value / (other / own);
}
