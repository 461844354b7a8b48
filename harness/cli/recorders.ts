/** Recorders that are made of others. */
import type { Recorder } from '../run/recorder.ts';

/** Gives each record to the first, and when that has it to the second. */
export function bothOf(first: Recorder, second: Recorder): Recorder {
  return {
    async record(batch) {
      await first.record(batch);
      await second.record(batch);
    },
    async recordEvents(batch) {
      await first.recordEvents(batch);
      await second.recordEvents(batch);
    },
    async recordEventTotals(totals) {
      await first.recordEventTotals(totals);
      await second.recordEventTotals(totals);
    },
    async recordObservations(observations) {
      await first.recordObservations(observations);
      await second.recordObservations(observations);
    },
  };
}

/** The same recorder, which tells somebody of each record once it is where it goes. */
export function noticing(recorder: Recorder, recorded: () => void): Recorder {
  const tell = async () => recorded();
  return bothOf(recorder, {
    record: tell,
    recordEvents: tell,
    recordEventTotals: tell,
    recordObservations: tell,
  });
}
