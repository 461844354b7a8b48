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

/** What a gate said of a run. `begun`: there was nothing to compare with. A regression is in no baseline. */
export type GateVerdict = 'pass' | 'regression' | 'unknown' | 'begun';

/** That a change for the worse is wanted. */
export interface Acceptance {
  why: string;
  /** When it was accepted: ISO 8601. */
  at: string;
}

/** One run. */
export interface HistoryEntry {
  version: typeof HISTORY_VERSION;
  id: string;
  startedAt: string;
  commit: string | null;
  /** SHA-256 of the run's manifest. */
  manifest: string;
  /** What it was measured on and with: runs whose identities differ are in segments of their own. */
  identity: Identity;
  /** What the gate said of it when it was appended; absent where no gate was asked. */
  gate?: GateVerdict;
  /** The change for the worse that it brought was accepted: baselines begin anew with it. */
  accepted?: Acceptance;
  measures: HistoryMeasure[];
}
