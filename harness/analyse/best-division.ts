/**
 * The division of a series into segments that fits best for a price of each change, found by pruning
 * levels: a beginning of the last segment that is best for no level any more is never best again.
 *
 * R. Maidstone, T. Hocking, G. Rigaill and P. Fearnhead, "On optimal multiple changepoint algorithms for
 * large data", Statistics and Computing 27, 2017, section 3.2 (FPOP): the optimum of PELT, in a time
 * that grows with the length where nothing changes, too, and PELT's with its square.
 */

/** Fewest values between two changes. */
export const SHORTEST = 2;

/** A division of a series. */
export interface Division {
  /** For each place, where the last segment before it begins. */
  beginnings: Int32Array;
  /** What a series without any change costs, less what this division does. */
  gain: number;
}

/** Sums of a series up to each place, in units of the noise. */
function runningSums(
  series: Float64Array,
  noise: number,
): { sums: Float64Array; squares: Float64Array } {
  const sums = new Float64Array(series.length + 1);
  const squares = new Float64Array(series.length + 1);
  for (let i = 0; i < series.length; i++) {
    const scaled = (series[i] as number) / noise;
    sums[i + 1] = (sums[i] as number) + scaled;
    squares[i + 1] = (squares[i] as number) + scaled * scaled;
  }
  return { sums, squares };
}

/** Which beginning is the best for which level, from the lowest level up. */
interface Pieces {
  count: number;
  /** Up to which level, and of which beginning. */
  ends: Float64Array;
  owners: Int32Array;
}

function add(pieces: Pieces, end: number, owner: number): void {
  const { ends, owners, count } = pieces;
  const isSame = count > 0 && owners[count - 1] === owner;
  const place = isSame ? count - 1 : count;
  ends[place] = end;
  owners[place] = owner;
  pieces.count = place + 1;
}

/** Gives a new beginning the levels for which it is better than what was the best. */
function enter(
  newest: number,
  from: Pieces,
  to: Pieces,
  sums: Float64Array,
  bases: Float64Array,
): void {
  to.count = 0;
  let low = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < from.count; i++) {
    const high = from.ends[i] as number;
    const owner = from.owners[i] as number;
    const length = newest - owner;
    const centre = ((sums[newest] as number) - (sums[owner] as number)) / length;
    // The owner is better by this much at the mean of the values between, and by less on either side.
    const better = (bases[newest] as number) - (bases[owner] as number) + length * centre * centre;
    const reach = better > 0 ? Math.sqrt(better / length) : -1;
    const [first, last] = [Math.max(low, centre - reach), Math.min(high, centre + reach)];
    if (reach < 0 || first >= last) add(to, high, newest);
    else {
      if (first > low) add(to, first, newest);
      add(to, last, owner);
      if (last < high) add(to, high, newest);
    }
    low = high;
  }
  if (from.count === 0) add(to, Number.POSITIVE_INFINITY, newest);
}

function piecesFor(length: number): Pieces {
  const most = 2 * length + 1;
  return { count: 0, ends: new Float64Array(most), owners: new Int32Array(most) };
}

/**
 * The best division of a series.
 * @param noise standard deviation of its values within a segment
 * @param price of each change, in squared deviations over the variance of the noise
 */
export function bestDivision(series: Float64Array, noise: number, price: number): Division {
  const n = series.length;
  const { sums, squares } = runningSums(series, noise);
  const beginnings = new Int32Array(n + 1);
  const best = new Float64Array(n + 1).fill(Number.POSITIVE_INFINITY);
  best[0] = -price;
  const bases = new Float64Array(n + 1);
  let [pieces, spare] = [piecesFor(n + 1), piecesFor(n + 1)];
  for (let end = SHORTEST; end <= n; end++) {
    const newest = end - SHORTEST;
    if (Number.isFinite(best[newest])) {
      bases[newest] = (best[newest] as number) - (squares[newest] as number);
      enter(newest, pieces, spare, sums, bases);
      [pieces, spare] = [spare, pieces];
    }
    const sum = sums[end] as number;
    let [least, chosen] = [Number.POSITIVE_INFINITY, 0];
    for (let i = 0; i < pieces.count; i++) {
      const place = pieces.owners[i] as number;
      const rise = sum - (sums[place] as number);
      const cost = (bases[place] as number) - (rise * rise) / (end - place);
      if (cost < least || (cost === least && place < chosen)) {
        least = cost;
        chosen = place;
      }
    }
    beginnings[end] = chosen;
    best[end] = least + (squares[end] as number) + price;
  }
  const whole = (squares[n] as number) - (sums[n] as number) ** 2 / n;
  return { beginnings, gain: whole - (best[n] as number) };
}
