import type { Progress } from '../testbed.ts';

/** Shows nothing: for tests that do not look at progress. */
export const SILENT: Progress = { step() {}, detail() {}, done() {}, warn() {} };
