/**
 * Samples with the levels of repetition that they were taken at: runs, boots of the testbed, domain
 * creations, blocks, batches, and in each batch its pages in their order.
 */
import { type SortedSample, sortedSample } from './quantile.ts';

/** Levels above the page, from the outermost. A data set without a level has one unit of it. */
export const LEVELS = ['run', 'boot', 'domain', 'block', 'batch'] as const;

/** A level of repetition. */
export type Level = (typeof LEVELS)[number];

/** A batch: values that were measured in one go, in their order, and where it stands. */
export interface NestedBatch {
  /** One name a level of LEVELS. Batches with the same first names share those units. */
  path: readonly string[];
  values: Float64Array;
}

/** A unit of some level: its parts, or the batch that it is. */
export type Unit = { parts: readonly Unit[] } | { batch: number };

/** Batches as a tree of units, in the order of measurement. */
export interface Nested {
  batches: readonly NestedBatch[];
  /** What was measured beside the values, and whose median was taken off each of them. */
  base?: readonly NestedBatch[] | undefined;
  /** The whole: its parts are runs. */
  root: Unit;
  /** How many values there are. */
  size: number;
}

function unitOf(batches: readonly NestedBatch[], members: readonly number[], level: number): Unit {
  if (level === LEVELS.length) {
    const [batch] = members;
    if (batch === undefined || members.length > 1) throw new Error('two batches in one place');
    return { batch };
  }
  const groups = new Map<string, number[]>();
  for (const member of members) {
    const name = batches[member]?.path[level] ?? '';
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [member]);
    else group.push(member);
  }
  return { parts: [...groups.values()].map((group) => unitOf(batches, group, level + 1)) };
}

/**
 * The tree of these batches.
 * @throws Error when there is none, when one is empty, or when two stand in the same place
 */
export function nest(batches: readonly NestedBatch[], base?: readonly NestedBatch[]): Nested {
  if (batches.length === 0) throw new Error('an empty sample has no statistics');
  if (batches.some(({ values }) => values.length === 0)) {
    throw new Error('an empty batch has no statistics');
  }
  const all = batches.map((_, index) => index);
  return {
    batches,
    ...(base === undefined ? {} : { base }),
    root: unitOf(batches, all, 0),
    size: batches.reduce((sum, { values }) => sum + values.length, 0),
  };
}

/** Each value of these batches, in the order of measurement. */
export function* valuesIn(batches: readonly NestedBatch[]): Generator<number> {
  for (const { values } of batches) yield* values;
}

/** The values of some batches as one sample. */
export function pool(batches: readonly NestedBatch[]): Float64Array {
  const all = new Float64Array(batches.reduce((sum, { values }) => sum + values.length, 0));
  let at = 0;
  for (const { values } of batches) {
    all.set(values, at);
    at += values.length;
  }
  return all;
}

/** All values, in the order of measurement: of one batch its own, not to be written to. */
export function pooled({ batches }: Pick<Nested, 'batches'>): Float64Array {
  const [only, ...others] = batches;
  return only !== undefined && others.length === 0 ? only.values : pool(batches);
}

const sortedSamples = new WeakMap<object, SortedSample>();

/** All values in ascending order: sorted once, whoever asks. @throws Error as `sortedSample` does */
export function sortedOf(data: Pick<Nested, 'batches'>): SortedSample {
  const known = sortedSamples.get(data);
  if (known !== undefined) return known;
  const sorted = sortedSample(pooled(data));
  sortedSamples.set(data, sorted);
  return sorted;
}

/** How many units there are of each level, and how many values. */
export function countUnits({ root, size }: Nested): Record<Level | 'page', number> {
  let units: readonly Unit[] = [root];
  const counts = LEVELS.map((level) => {
    units = units.flatMap((unit) => ('parts' in unit ? unit.parts : []));
    return [level, units.length] as const;
  });
  return { ...(Object.fromEntries(counts) as Record<Level, number>), page: size };
}
