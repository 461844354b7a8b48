/**
 * The values that an interval counts: one median for each unit of the highest level of repetition that
 * was repeated.
 */
import { LEVELS, type Level, type Nested, type NestedBatch, pooled } from './nested.ts';
import { medianOfValues, type SortedSample } from './quantile.ts';

/** The median of some batches, all of their values taken as one sample. */
export function medianOf(batches: readonly NestedBatch[]): number {
  return medianOfValues(pooled({ batches }));
}

/** Batches by the unit of the level that they lie in, in the order of measurement. */
export function unitsAt(batches: readonly NestedBatch[], level: Level): Map<string, NestedBatch[]> {
  const depth = LEVELS.indexOf(level) + 1;
  const units = new Map<string, NestedBatch[]>();
  for (const batch of batches) {
    const key = batch.path.slice(0, depth).join('\n');
    const known = units.get(key);
    if (known === undefined) units.set(key, [batch]);
    else known.push(batch);
  }
  return units;
}

/** The highest level of which one of the samples has two units or more; undefined: each is one batch. */
export function repeatedLevel(...samples: readonly Nested[]): Level | undefined {
  return LEVELS.find((level) => samples.some(({ batches }) => unitsAt(batches, level).size > 1));
}

/** Medians of the units of a level. */
export interface UnitMedians {
  medians: number[];
  /** Whether each unit is a single value. */
  single: boolean;
  /** Whether what was taken off the values is in the medians as each unit measured it itself. */
  ownBase: boolean;
}

/**
 * Medians of the units of a level. Where a base was taken off all values (`Nested.base`), and each unit
 * measured the base itself, each has its own taken off instead: so its uncertainty is in how they differ.
 */
export function unitMedians({ batches, base }: Nested, level: Level): UnitMedians {
  const units = unitsAt(batches, level);
  const bases = base === undefined ? new Map<string, NestedBatch[]>() : unitsAt(base, level);
  const ownBase = [...units.keys()].every((key) => bases.has(key));
  const common = base !== undefined && ownBase ? medianOf(base) : 0;
  const medians = [...units].map(([key, own]) => {
    const its = ownBase ? bases.get(key) : undefined;
    return medianOf(own) - (its === undefined ? 0 : medianOf(its) - common);
  });
  return { medians, single: [...units.values()].every(isSingle), ownBase };
}

function isSingle(batches: readonly NestedBatch[]): boolean {
  return batches.length === 1 && batches[0]?.values.length === 1;
}

/**
 * Half of the step of values that mostly repeat each other, as those of a clock do: so far the truth may
 * lie from any of them. 0 where fewer than half of the values are repeated.
 */
export function halfStep(sorted: SortedSample): number {
  let [step, distinct] = [Number.POSITIVE_INFINITY, 1];
  for (let i = 1; i < sorted.length; i++) {
    const gap = (sorted[i] as number) - (sorted[i - 1] as number);
    if (gap === 0) continue;
    distinct++;
    if (gap < step) step = gap;
  }
  return 2 * distinct <= sorted.length && distinct > 1 ? step / 2 : 0;
}
