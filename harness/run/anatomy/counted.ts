/**
 * From moments of the time-stamp counter to what each span of a batch has of them.
 */
import type { Amounts } from './shares.ts';
import type { Span } from './spans.ts';

/**
 * How often each name came up in each span.
 * @param moments in the order of time
 */
export function countIn<Moment extends { tsc: bigint }>(
  spans: readonly Span[],
  moments: readonly Moment[],
  namesOf: (moment: Moment) => readonly string[],
): Amounts[] {
  let next = 0;
  return spans.map(({ from, to }) => {
    const amounts = new Map<string, number>();
    while (next < moments.length && (moments[next] as Moment).tsc < from) next++;
    for (; next < moments.length && (moments[next] as Moment).tsc < to; next++) {
      for (const name of namesOf(moments[next] as Moment)) {
        amounts.set(name, (amounts.get(name) ?? 0) + 1);
      }
    }
    return amounts;
  });
}

/** Sum of a name over all spans. */
export function sumOf(amounts: readonly Amounts[], name: string): number {
  return amounts.reduce((sum, amount) => sum + (amount.get(name) ?? 0), 0);
}

/** Sum over all names of a span. */
export function totalOf(amount: Amounts): number {
  return [...amount.values()].reduce((sum, value) => sum + value, 0);
}
