import type { Recorder } from '../recorder.ts';

/** Keeps nothing: for tests, which replace what they want to see. */
export const FORGETFUL: Recorder = {
  async record() {},
  async recordEvents() {},
  async recordEventTotals() {},
  async recordObservations() {},
};
