/**
 * From recorded events of a guest that nobody prepared to measures: the introspector's own part of
 * them, and how far apart they are. There is no round trip, and no base to take from one.
 */
import type { Arm, Unit } from '../../bench/words.ts';
import {
  type Analysis,
  BlockMedians,
  emptyAnalysis,
  heldAs,
  type Measure,
  type MediansOfArms,
  measureOf,
  ratiosOf,
} from './analyse.ts';
import type { EventBatchData, EventGroup } from './events.ts';
import { quantile, sortedSample } from './quantile.ts';

/** GUEST_EVENT_FIELDS: `apart`, `handler`. */
const FIELDS = 2;

/** A column of batches, from a row of each on. */
function column(batches: readonly EventBatchData[], field: number, from = 0): Float64Array {
  return Float64Array.from(
    batches.flatMap(({ ticks }) =>
      Array.from(ticks).filter((_, at) => at % FIELDS === field && at >= from * FIELDS),
    ),
  );
}

function median(values: Iterable<number>): number {
  return quantile(sortedSample(values), 0.5);
}

/**
 * Analyses the events of a run on a guest.
 * @throws Error when a group has no samples, or when tinybench's median is not ours
 */
export async function analyseGuestEvents(
  groups: readonly EventGroup[],
  context: { benchmark: string; unit: Unit; seed: number },
): Promise<Analysis> {
  const { benchmark, unit, seed } = context;
  const result = emptyAnalysis();
  const medians: MediansOfArms = new Map();
  for (const { arm, state, batches: source, rates } of groups) {
    const batches: EventBatchData[] = [];
    for await (const batch of source()) batches.push(batch);
    const id = { benchmark, arm, state };
    const handler = column(batches, 1);
    const phases = {
      handler,
      // The first of a batch has none before it.
      apart: column(batches, 0, 1),
      sustained: Float64Array.from(rates, ({ elapsed, events }) => elapsed / events),
    };
    const measures = Object.entries(phases)
      .filter(([, sample]) => sample.length > 0)
      .map(([phase, sample]): Measure => ({ ...id, phase, unit, ...measureOf(sample) }));
    result.measures.push(...measures);
    result.held.push({ ...id, ...heldAs(`${arm} ${state}`, handler, median(handler)) });
    const blocks = new BlockMedians();
    for (const batch of batches) blocks.add(batch, median(column([batch], 1)));
    if (blocks.all.every((value) => value > 0)) {
      const arms = medians.get(state) ?? new Map<Arm, BlockMedians>();
      medians.set(state, arms.set(arm, blocks));
    }
  }
  result.ratios.push(...ratiosOf(medians, { benchmark, phase: 'handler', seed }));
  return result;
}
