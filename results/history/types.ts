/**
 * An entry of a history: one run in one line.
 */
import type { Identity } from '../identity.ts';

/** Version of an entry. A line of another version is named and left out. */
export const HISTORY_VERSION = 1;

/** One figure of a run. */
export interface HistoryMeasure {
  benchmark: string;
  arm: string;
  state: string;
  phase: string;
  unit: string;
  n: number;
  p50: number;
  interval95: [number, number] | null;
}

/** One run. */
export interface HistoryEntry {
  version: typeof HISTORY_VERSION;
  id: string;
  startedAt: string;
  commit: string | null;
  /** SHA-256 of the run's manifest. */
  manifest: string;
  /** What all runs of one history share. */
  identity: Identity;
  measures: HistoryMeasure[];
}
