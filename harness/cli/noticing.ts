/** Tells somebody of each record that a run makes, once it is where it goes. */
import type { Recorder } from '../run/recorder.ts';

/** The same recorder, which says that it was given something. */
export function noticing(recorder: Recorder, recorded: () => void): Recorder {
  return {
    async record(batch) {
      await recorder.record(batch);
      recorded();
    },
    async recordEvents(batch) {
      await recorder.recordEvents(batch);
      recorded();
    },
    async recordEventTotals(totals) {
      await recorder.recordEventTotals(totals);
      recorded();
    },
    async recordObservations(observations) {
      await recorder.recordObservations(observations);
      recorded();
    },
  };
}
