/**
 * From recorded events of a guest that nobody prepared to measures: the introspector's own part of
 * them, and how far apart they are. There is no round trip, and no base to take from one.
 */
import type { Unit } from '../../bench/words.ts';
import { type Analysis, BlockMedians } from './analyse.ts';
import {
  analyseEventGroups,
  column,
  type EventGroup,
  median,
  phaseOf,
  ratesOf,
} from './event-groups.ts';

/** GUEST_EVENT_FIELDS. */
const APART = 0;
const HANDLER = 1;

/**
 * Analyses the events of a run on a guest.
 * @throws Error when a group has no samples, or when tinybench's median is not ours
 */
export function analyseGuestEvents(
  groups: readonly EventGroup[],
  context: { benchmark: string; unit: Unit },
): Promise<Analysis> {
  return analyseEventGroups(groups, context, 'handler', (batches, rates) => {
    const handler = column(batches, HANDLER);
    const blocks = new BlockMedians();
    for (const batch of batches) blocks.add(batch, median(column([batch], HANDLER)));
    const phases = {
      handler: { batches: phaseOf(batches, HANDLER) },
      // The first of a batch has none before it.
      apart: { batches: phaseOf(batches, APART, 1) },
      sustained: { batches: ratesOf(rates) },
    };
    return { phases, held: handler, blocks };
  });
}
