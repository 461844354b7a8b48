/**
 * From what happened in each span of a batch to what a page has of it.
 */
import type { Part } from '../../../bench/anatomy/index.ts';
import { quantile, sortedSample } from '../../analyse/quantile.ts';
import type { Span } from './spans.ts';

/** How much of what, by its name. */
export type Amounts = ReadonlyMap<string, number>;

/**
 * A page's part of each: the median over pages of what every page does by itself, an equal share of
 * what is done for the batch.
 * @param amounts one for each span
 */
export function sharesOf(
  spans: readonly Span[],
  amounts: readonly Amounts[],
  pages: number,
): Map<Part, Map<string, number>> {
  const found = new Map<Part, { names: Set<string>; all: Amounts[] }>();
  for (const [index, { part }] of spans.entries()) {
    const entry = found.get(part) ?? { names: new Set(), all: [] };
    const amount = amounts[index] ?? new Map();
    for (const name of amount.keys()) entry.names.add(name);
    entry.all.push(amount);
    found.set(part, entry);
  }
  return new Map(
    [...found].map(([part, { names, all }]) => {
      const ofBatch = part === 'open' || part === 'close';
      const share = (name: string): number => {
        const values = all.map((amount) => amount.get(name) ?? 0);
        return ofBatch
          ? values.reduce((sum, value) => sum + value, 0) / pages
          : quantile(sortedSample(values), 0.5);
      };
      return [part, new Map([...names].map((name) => [name, share(name)]))];
    }),
  );
}
