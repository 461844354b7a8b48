/**
 * From recorded events to measures.
 *
 * What a monitor adds to an event is a difference of two distributions that cannot be paired: an
 * event either was monitored or was not. Here it is
 *
 *     added = round trip - median(unmonitored)
 *
 * for each monitored event, the median being that of the same arm and state over the whole run.
 * The median of `added` is then the difference of the medians, the shift of location that a
 * monitor causes (E. L. Lehmann, "Nonparametrics: Statistical Methods Based on Ranks", 1975,
 * section 2.2, the treatment effect), and its spread is that of the round trip. In its interval,
 * each unit has the median of the unmonitored events taken off that it measured itself, so that
 * what is not known of them is in it.
 *
 * What other vcpus of the target lose is the same difference of the units of their work.
 */
import type { Unit } from '../../bench/words.ts';
import { type Analysis, BlockMedians } from './analyse.ts';
import {
  analyseEventGroups,
  column,
  type EventBatchData,
  type EventGroup,
  type EventRate,
  median,
  type Phase,
  phaseOf,
  ratesOf,
} from './event-groups.ts';
import { type NestedBatch, pool } from './nested.ts';
import { medianOf } from './unit-medians.ts';

/** Each sample less the median of the unmonitored ones: what a monitor added. */
export function addedBy(
  roundTrip: readonly NestedBatch[],
  unmonitored: readonly NestedBatch[],
): Phase {
  const base = medianOf(unmonitored);
  const batches = roundTrip.map(({ path, values }) => ({
    path,
    values: values.map((ticks) => ticks - base),
  }));
  return { batches, base: unmonitored };
}

/**
 * Round trips from which on a run's beginning is compared with its end. Below, the tenths are too
 * small to tell a drift of one per cent from chance.
 */
export const LONG_RUN = 10_000;

/** First and last tenth of a long series, in its order; nothing of a short one. */
export function tenthsOf(batches: readonly NestedBatch[]): Record<string, Phase> {
  const length = batches.reduce((sum, { values }) => sum + values.length, 0);
  if (length < LONG_RUN) return {};
  const tenth = Math.floor(length / 10);
  return {
    'first-tenth': { batches: sliced(batches, 0, tenth) },
    'last-tenth': { batches: sliced(batches, length - tenth, length) },
  };
}

/** The values from one place of a series to another, in the batches that they lie in. */
function sliced(batches: readonly NestedBatch[], from: number, to: number): NestedBatch[] {
  let at = 0;
  return batches.flatMap(({ path, values }) => {
    const own = values.subarray(Math.max(0, from - at), Math.max(0, to - at));
    at += values.length;
    return own.length === 0 ? [] : [{ path, values: own }];
  });
}

/** What vcpus that compute took for a unit of work. */
function othersOf(batches: readonly EventBatchData[]) {
  const work = (monitored: boolean) =>
    phaseOf(
      batches.filter((batch) => batch.work && batch.monitored === monitored),
      0,
    );
  const alone = work(false);
  const others = work(true);
  return {
    'others-unmonitored': { batches: alone },
    others: { batches: others },
    'others-loss': alone.length === 0 ? { batches: alone } : addedBy(others, alone),
  };
}

function answered(batches: readonly NestedBatch[]): NestedBatch[] {
  return batches
    .map(({ path, values }) => ({ path, values: values.filter((ticks) => ticks > 0) }))
    .filter(({ values }) => values.length > 0);
}

/** Samples of each phase of a group. A phase without any is left out. */
function phasesOf(batches: readonly EventBatchData[], rates: readonly EventRate[]) {
  const events = batches.filter((batch) => !batch.work);
  const monitored = events.filter((batch) => batch.monitored);
  const roundTrip = phaseOf(monitored, 0);
  const unmonitored = phaseOf(
    events.filter((batch) => !batch.monitored),
    0,
  );
  return {
    added: addedBy(roundTrip, unmonitored),
    'round-trip': { batches: roundTrip },
    unmonitored: { batches: unmonitored },
    // 0 stands for an event whose part is not known: it was answered beside the writing of a batch.
    handler: { batches: answered(phaseOf(monitored, 1)) },
    sustained: { batches: ratesOf(rates) },
    ...tenthsOf(roundTrip),
    ...othersOf(batches),
  };
}

/**
 * Medians of what was added, by block: each less that of the unmonitored events of its own block, or of
 * all where a block has none of its own.
 */
function mediansByBlock(batches: readonly EventBatchData[]): BlockMedians {
  const events = batches.filter(({ work }) => !work);
  const monitored = events.filter((batch) => batch.monitored);
  const alone = events.filter((batch) => !batch.monitored);
  const isBeside = (a: EventBatchData, b: EventBatchData) =>
    a.boot === b.boot && a.domain === b.domain && a.block === b.block;
  const own = (batch: EventBatchData) => alone.filter((other) => isBeside(batch, other));
  const each = monitored.every((batch) => own(batch).length > 0);
  const medians = new BlockMedians();
  for (const batch of monitored) {
    medians.add(batch, median(column([batch], 0)) - median(column(each ? own(batch) : alone, 0)));
  }
  return medians;
}

/**
 * Analyses the events of a run.
 * @throws Error when a group has no samples, or when tinybench's median is not ours
 */
export function analyseEvents(
  groups: readonly EventGroup[],
  context: { benchmark: string; unit: Unit },
): Promise<Analysis> {
  return analyseEventGroups(groups, context, 'added', (batches, rates) => {
    const phases = phasesOf(batches, rates);
    const held = pool(phases['round-trip'].batches);
    return { phases, held, blocks: mediansByBlock(batches) };
  });
}
