/**
 * Slowdowns made on purpose, to see whether the gate notices them.
 */
import type { ComparedRow } from '../compare/compare.ts';
import type { GateOutcome } from './gate.ts';

/** By how much an arm is slowed down, in percent of its median: what its gate has to notice. */
export const SLOWDOWN_PERCENT: Readonly<Record<string, number>> = { minios: 1, dom0: 3 };

/** One slowdown, and what the gate said. */
export interface Slowdown {
  arm: string;
  state: string;
  percent: number;
  /** Instructions that each page cost more. */
  instructions: number;
  /** The run, and the one that confirmed it. */
  runs: string[];
  outcome: GateOutcome;
  row: ComparedRow;
}

/** Instructions a page that make this median so many percent dearer. */
export function instructionsFor(median: number, percent: number): number {
  return Math.ceil((median * percent) / 100);
}
