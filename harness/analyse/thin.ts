/**
 * Fewer points that still show the extremes, for drawing long series.
 */

/** A value and its place in the series it is taken from. */
export type Placed = [place: number, value: number];

/** How many neighbours stand for one stretch when `length` values are thinned to `most`. 1: none is left out. */
export function stretchOf(length: number, most: number): number {
  const stretch = Math.ceil(length / (most / 2));
  return stretch <= 2 ? 1 : stretch;
}

/** Places and values: every one, or of each stretch its lowest and its highest, in their order. */
export function thinned(values: ArrayLike<number>, most: number): Placed[] {
  const stretch = stretchOf(values.length, most);
  if (stretch === 1) return Array.from(values, (value, place): Placed => [place, value]);
  const points: Placed[] = [];
  for (let from = 0; from < values.length; from += stretch) {
    let [lowest, highest] = [from, from];
    for (let i = from; i < Math.min(from + stretch, values.length); i++) {
      if ((values[i] as number) < (values[lowest] as number)) lowest = i;
      if ((values[i] as number) > (values[highest] as number)) highest = i;
    }
    const both = [...new Set([lowest, highest])].sort((a, b) => a - b);
    points.push(...both.map((i): Placed => [i, values[i] as number]));
  }
  return points;
}
