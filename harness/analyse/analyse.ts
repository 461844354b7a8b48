/**
 * From recorded samples to measures: one arm and state after the other, so that memory is that
 * of one group however long the run was.
 */
import {
  type Arm,
  type CacheState,
  type PageState,
  type State,
  TWINS,
  type Unit,
} from '../../bench/words.ts';
import { type HeldStatistics, holdSamples } from './held.ts';
import { type IntervalBasis, medianInterval } from './median-interval.ts';
import { type NestedBatch, nest, pooled, sortedOf } from './nested.ts';
import { type BatchData, costOfPages, PHASES } from './pages.ts';
import type { ProtocolAnswer } from './protocols.ts';
import { mean, quantile, sortedSample } from './quantile.ts';
import { type BlockPair, ratioOfArms } from './ratio.ts';

/** Requests that a batch made, in all. Undefined where they cannot be seen. */
export interface BatchCounts {
  maps: number | undefined;
  unmaps: number | undefined;
  hypercalls: number | undefined;
  syscalls: number | undefined;
  hits: number | undefined;
}

/** A recorded batch with its counts. */
export type AnalysedBatch = BatchData & { counts: BatchCounts };

/** All recorded batches of an arm in a state, warm-up excluded, in the order of measurement. */
export interface SampleGroup<S extends PageState = CacheState> {
  arm: Arm;
  state: S;
  batches(): AsyncIterable<AnalysedBatch>;
}

/** One measure, as summary.json lists it: a page's cost in one phase. */
export interface Measure {
  benchmark: string;
  arm: Arm;
  state: State;
  phase: string;
  unit: Unit;
  n: number;
  min: number;
  p50: number;
  p95: number;
  p99: number;
  max: number;
  mean: number;
  /** Of the median, by all levels of repetition; null when too little was repeated to give one. */
  interval95: [number, number] | null;
  /** How the interval came about. Absent in older results: order statistics of all values. */
  basis?: IntervalBasis;
}

/** How many times `numerator` costs what `denominator` does in the phase, at the median. */
export interface Ratio {
  benchmark: string;
  state: State;
  phase: string;
  numerator: Arm;
  denominator: Arm;
  ratio: number;
  interval95: [number, number] | null;
  /** How the interval came about. Absent in older results: a bootstrap over blocks. */
  basis?: IntervalBasis;
  blocks: number;
}

/** Requests a page, on average. */
export interface CountMeasure {
  benchmark: string;
  arm: Arm;
  state: State;
  what: keyof BatchCounts;
  perPage: number | null;
}

/** tinybench's statistics of the totals of an arm in a state. */
export type Held = { benchmark: string; arm: Arm; state: State } & HeldStatistics;

/** Everything that is computed from the samples of a run. */
export interface Analysis {
  measures: Measure[];
  ratios: Ratio[];
  counts: CountMeasure[];
  held: Held[];
  /** What each protocol answers; empty where a benchmark has one only. */
  protocols: ProtocolAnswer[];
}

/** An analysis of nothing yet. */
export function emptyAnalysis(): Analysis {
  return { measures: [], ratios: [], counts: [], held: [], protocols: [] };
}

const COUNTS = ['maps', 'unmaps', 'hypercalls', 'syscalls', 'hits'] as const;

/**
 * The statistics of a sample, in its unit.
 * @param base what was measured beside it, and whose median was taken off
 */
export function measureOf(
  batches: readonly NestedBatch[],
  base?: readonly NestedBatch[],
): Omit<Measure, 'benchmark' | 'arm' | 'state' | 'phase' | 'unit'> {
  const data = nest(batches, base);
  const sorted = sortedOf(data);
  return {
    n: sorted.length,
    min: quantile(sorted, 0),
    p50: quantile(sorted, 0.5),
    p95: quantile(sorted, 0.95),
    p99: quantile(sorted, 0.99),
    max: quantile(sorted, 1),
    mean: mean(pooled(data)),
    ...medianInterval(data),
  };
}

function countsOf(batches: readonly AnalysedBatch[], what: keyof BatchCounts): number | null {
  const pages = batches.reduce((sum, batch) => sum + batch.pages, 0);
  let total = 0;
  for (const { counts } of batches) {
    const count = counts[what];
    if (count === undefined) return null;
    total += count;
  }
  return total / pages;
}

/** Where a batch stands: its block, in which creation of the domains, in which life of the testbed. */
export interface BlockOfBatch {
  boot: number;
  /** Absent: the only one. */
  domain?: string | undefined;
  block: number;
}

/** The same batches as a nested sample has them, in their order. */
export function placed<B extends BlockOfBatch>(
  batches: readonly B[],
  valuesOf: (batch: B) => Float64Array,
): NestedBatch[] {
  return batches.map((batch, place) => ({
    path: ['0', `${batch.boot}`, batch.domain ?? '0', `${batch.block}`, `${place}`],
    values: valuesOf(batch),
  }));
}

/** Medians of the batches of an arm, by block; a block that was interrupted counts as two. */
export class BlockMedians {
  readonly #blocks = new Map<string, BlockOfBatch & { medians: number[] }>();

  /** Adds the median of a batch. */
  add({ boot, domain = '0', block }: BlockOfBatch, median: number): void {
    const key = [boot, domain, block].join('\n');
    const known = this.#blocks.get(key);
    if (known === undefined) this.#blocks.set(key, { boot, domain, block, medians: [median] });
    else known.medians.push(median);
  }

  /** All medians. */
  get all(): number[] {
    return [...this.#blocks.values()].flatMap(({ medians }) => medians);
  }

  /** Blocks that both arms have, this one's as the numerator. */
  pair(denominator: BlockMedians): BlockPair[] {
    return [...this.#blocks].flatMap(([key, { boot, domain = '0', medians }]) => {
      const other = denominator.#blocks.get(key);
      return other === undefined
        ? []
        : [{ boot, domain, numerator: medians, denominator: other.medians }];
    });
  }
}

/** Medians of the batches, by block. */
function mediansByBlock(batches: readonly BatchData[]): BlockMedians {
  const medians = new BlockMedians();
  for (const batch of batches) {
    medians.add(batch, quantile(sortedSample(costOfPages([batch], 'total')), 0.5));
  }
  return medians;
}

/** Medians of batches by state and arm. */
export type MediansOfArms = Map<State, Map<Arm, BlockMedians>>;

/** What an arm is compared with: its first half in A/A, otherwise Mini-OS, ours if it is there. */
function baseOf(arm: Arm, arms: ReadonlyMap<Arm, BlockMedians>): Arm | undefined {
  const [first] = Object.entries(TWINS).find(([, twin]) => twin === arm) ?? [];
  if (first !== undefined) return first as Arm;
  const twin = TWINS[arm];
  const base = arms.has('minios') ? 'minios' : 'minios-own';
  return arm === base || (twin !== undefined && arms.has(twin)) ? undefined : base;
}

/** What the other arms cost, as a multiple of what Mini-OS costs, in each state that both have. */
export function ratiosOf(
  medians: MediansOfArms,
  { benchmark, phase }: { benchmark: string; phase: string },
): Ratio[] {
  const ratios: Ratio[] = [];
  for (const [state, arms] of medians) {
    for (const [arm, blocks] of arms) {
      const denominator = baseOf(arm, arms);
      const other = denominator === undefined ? undefined : arms.get(denominator);
      if (denominator === undefined || other === undefined) continue;
      const pairs = blocks.pair(other);
      if (pairs.length === 0) continue;
      const { ratio, interval95, basis, blocks: n } = ratioOfArms(pairs);
      ratios.push({
        benchmark,
        state,
        phase,
        numerator: arm,
        denominator,
        ratio,
        interval95: interval95 ?? null,
        basis,
        blocks: n,
      });
    }
  }
  return ratios;
}

/** Has tinybench hold a sample, and compares its median with ours. @throws Error when they differ */
export function heldAs(name: string, sample: Float64Array, p50: number): HeldStatistics {
  const held = holdSamples(name, sample);
  if (Math.abs(held.p50 - p50) > 1e-9 * Math.abs(p50)) {
    throw new Error(`${name}: the median is ${p50}, but ${held.p50} to tinybench`);
  }
  return held;
}

/**
 * Analyses the samples of a run.
 * @throws Error when a group has no samples, or when tinybench's median is not ours
 */
export async function analyse(
  groups: readonly SampleGroup[],
  context: { benchmark: string; unit: Unit },
): Promise<Analysis> {
  const { benchmark, unit } = context;
  const result = emptyAnalysis();
  const medians: MediansOfArms = new Map();
  for (const { arm, state, batches: source } of groups) {
    const batches: AnalysedBatch[] = [];
    for await (const batch of source()) batches.push(batch);
    const id = { benchmark, arm, state };
    const measures = PHASES.map((phase) => ({
      ...id,
      phase,
      unit,
      ...measureOf(placed(batches, (batch) => costOfPages([batch], phase))),
    }));
    const total = measures[0] as Measure;
    const held = { ...id, ...heldAs(`${arm} ${state}`, costOfPages(batches, 'total'), total.p50) };
    result.measures.push(...measures);
    result.held.push(held);
    result.counts.push(
      ...COUNTS.map((what) => ({ ...id, what, perPage: countsOf(batches, what) })),
    );
    const arms = medians.get(state) ?? new Map<Arm, BlockMedians>();
    medians.set(state, arms.set(arm, mediansByBlock(batches)));
  }
  result.ratios.push(...ratiosOf(medians, { benchmark, phase: 'total' }));
  return result;
}
