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
 * section 2.2, the treatment effect), and its spread is that of the round trip. The interval of
 * the median leaves out how well the median of `unmonitored` is known.
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
} from './event-groups.ts';

/** Each sample less the median of the unmonitored ones: what a monitor added. */
export function addedBy(roundTrip: Float64Array, unmonitored: Float64Array): Float64Array {
  const base = median(unmonitored);
  return roundTrip.map((ticks) => ticks - base);
}

/**
 * Round trips from which on a run's beginning is compared with its end. Below, the tenths are too
 * small to tell a drift of one per cent from chance.
 */
export const LONG_RUN = 10_000;

/** First and last tenth of a long series, in its order; nothing of a short one. */
export function tenthsOf(series: Float64Array) {
  if (series.length < LONG_RUN) return {};
  const tenth = Math.floor(series.length / 10);
  return {
    'first-tenth': series.subarray(0, tenth),
    'last-tenth': series.subarray(series.length - tenth),
  };
}

/** What vcpus that compute took for a unit of work. */
function othersOf(batches: readonly EventBatchData[]) {
  const work = (monitored: boolean) =>
    column(
      batches.filter((batch) => batch.work && batch.monitored === monitored),
      0,
    );
  const alone = work(false);
  const others = work(true);
  return {
    'others-unmonitored': alone,
    others,
    'others-loss': alone.length === 0 ? alone : addedBy(others, alone),
  };
}

/** Samples of each phase of a group. A phase without any is left out. */
function phasesOf(batches: readonly EventBatchData[], rates: readonly EventRate[]) {
  const events = batches.filter((batch) => !batch.work);
  const monitored = events.filter((batch) => batch.monitored);
  const roundTrip = column(monitored, 0);
  const unmonitored = column(
    events.filter((batch) => !batch.monitored),
    0,
  );
  return {
    added: addedBy(roundTrip, unmonitored),
    'round-trip': roundTrip,
    unmonitored,
    // 0 stands for an event whose part is not known: it was answered beside the writing of a batch.
    handler: column(monitored, 1).filter((ticks) => ticks > 0),
    sustained: Float64Array.from(rates, (rate) => rate.elapsed / rate.events),
    ...tenthsOf(roundTrip),
    ...othersOf(batches),
  };
}

function mediansByBlock(batches: readonly EventBatchData[], base: number): BlockMedians {
  const medians = new BlockMedians();
  for (const batch of batches.filter(({ monitored, work }) => monitored && !work)) {
    medians.add(batch, median(column([batch], 0)) - base);
  }
  return medians;
}

/**
 * Analyses the events of a run.
 * @throws Error when a group has no samples, or when tinybench's median is not ours
 */
export function analyseEvents(
  groups: readonly EventGroup[],
  context: { benchmark: string; unit: Unit; seed: number },
): Promise<Analysis> {
  return analyseEventGroups(groups, context, 'added', (batches, rates) => {
    const phases = phasesOf(batches, rates);
    const blocks = mediansByBlock(batches, median(phases.unmonitored));
    return { phases, held: phases['round-trip'], blocks };
  });
}
