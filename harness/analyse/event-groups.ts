/** Recorded events as they are analysed, whoever made them: group by group, and arms against each other. */
import type { Arm, EventState, Unit } from '../../bench/words.ts';
import {
  type Analysis,
  type BlockMedians,
  type BlockOfBatch,
  emptyAnalysis,
  heldAs,
  type Measure,
  type MediansOfArms,
  measureOf,
  placed,
  ratiosOf,
} from './analyse.ts';
import type { NestedBatch } from './nested.ts';
import { quantile, sortedSample } from './quantile.ts';

/** A recorded batch of events. Ticks raw, `FIELDS` an event. */
export interface EventBatchData {
  /** Life of the testbed, from 0. */
  boot: number;
  /** Creation of the domains in it; absent: the only one. */
  domain?: string | undefined;
  block: number;
  monitored: boolean;
  /** No events, but units of work of a vcpu that computes meanwhile. */
  work: boolean;
  ticks: Uint32Array;
}

/** What a job took in all. */
export interface EventRate extends Partial<BlockOfBatch> {
  /** Ticks from its first event to its last. */
  elapsed: number;
  events: number;
}

/** All batches of an arm in a state, in the order of measurement. */
export interface EventGroup {
  arm: Arm;
  state: EventState;
  batches(): AsyncIterable<EventBatchData>;
  rates: readonly EventRate[];
}

/** Ticks that are recorded of an event (results/store/event-columns.ts). */
export const FIELDS = 2;

/** A field of all events of batches, in their order. @param from leaves out those before it in each batch */
export function column(batches: readonly EventBatchData[], field: number, from = 0): Float64Array {
  const lengths = batches.map(({ ticks }) => Math.max(0, ticks.length / FIELDS - from));
  const values = new Float64Array(lengths.reduce((sum, length) => sum + length, 0));
  let at = 0;
  for (const { ticks } of batches) {
    for (let i = from * FIELDS + field; i < ticks.length; i += FIELDS) {
      values[at++] = ticks[i] as number;
    }
  }
  return values;
}

/** The median. @throws Error when there are no values */
export function median(values: Iterable<number>): number {
  return quantile(sortedSample(values), 0.5);
}

/** Samples of a phase, and what was taken off them. */
export interface Phase {
  batches: readonly NestedBatch[];
  base?: readonly NestedBatch[];
}

/** A field of the events of each batch, as a nested sample. Batches without any are left out. */
export function phaseOf(
  batches: readonly EventBatchData[],
  field: number,
  from = 0,
): readonly NestedBatch[] {
  return placed(batches, (batch) => column([batch], field, from)).filter(
    ({ values }) => values.length > 0,
  );
}

/** What an event took in each job, from its first to its last, as a nested sample. */
export function ratesOf(rates: readonly EventRate[]): readonly NestedBatch[] {
  return placed(
    rates.map(({ boot = 0, domain, block = 0, ...rate }) => ({ boot, domain, block, ...rate })),
    ({ elapsed, events }) => Float64Array.of(elapsed / events),
  );
}

/** What a group's batches hold. */
export interface EventFindings {
  /** Samples of each phase. A phase without any is left out of the measures. */
  phases: Readonly<Record<string, Phase>>;
  /** The samples that tinybench is asked about too. */
  held: Float64Array;
  /** Medians by which arms are compared. */
  blocks: BlockMedians;
}

/**
 * Analyses the events of a run.
 * @param phase that `blocks` is of
 * @throws Error when a group has no samples, or when tinybench's median is not ours
 */
export async function analyseEventGroups(
  groups: readonly EventGroup[],
  { benchmark, unit }: { benchmark: string; unit: Unit },
  phase: string,
  find: (batches: readonly EventBatchData[], rates: readonly EventRate[]) => EventFindings,
): Promise<Analysis> {
  const result = emptyAnalysis();
  const medians: MediansOfArms = new Map();
  for (const { arm, state, batches: source, rates } of groups) {
    const batches: EventBatchData[] = [];
    for await (const batch of source()) batches.push(batch);
    const id = { benchmark, arm, state };
    const { phases, held, blocks } = find(batches, rates);
    const measures = Object.entries(phases)
      .filter(([, { batches: own }]) => own.length > 0)
      .map(
        ([name, { batches: own, base }]): Measure => ({
          ...{ ...id, phase: name, unit },
          ...measureOf(own, base),
        }),
      );
    result.measures.push(...measures);
    result.held.push({ ...id, ...heldAs(`${arm} ${state}`, held, median(held)) });
    if (blocks.all.every((value) => value > 0)) {
      const arms = medians.get(state) ?? new Map<Arm, BlockMedians>();
      medians.set(state, arms.set(arm, blocks));
    }
  }
  result.ratios.push(...ratiosOf(medians, { benchmark, phase }));
  return result;
}
