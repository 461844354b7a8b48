/**
 * One life of the testbed: which part of the plans is run in it, and whom it tells how far it is.
 */
import type { Capabilities } from '../../infra/testbed.ts';
import { type Creation, creationsOf } from '../plan/plan.ts';
import type { Suite } from '../plan/suite.ts';
import type { RunFacts } from './outcome.ts';

/** What is to be done from the start of the testbed to its end. */
export interface Life {
  /** Number of this life, from 0, with which its samples are labelled. */
  boot: number;
  /** Which of the run's machines this is of; absent: it has one. */
  machine?: string;
  /** Creations of the plans that are run in it, in their order. */
  creations: readonly Creation[];
  /** Host of the lives before, which this one's must be too. */
  host?: Capabilities;
  /**
   * Batches of a job that were recorded before; Infinity for a whole job of events, and for all that a
   * benchmark observes in the creation of that place in the plan.
   */
  recorded(benchmark: string, order: number): number;
  /** Told what is known of this life, whenever that may be more than before. */
  note(facts: RunFacts): Promise<void>;
  /** Told when a creation was measured whole, and everything was refused in it that must be. */
  finished(creation: Creation): Promise<void>;
}

/** The first boot of the plans, of which nothing was recorded before. */
export function wholeLife([first]: Suite): Life {
  return {
    boot: 0,
    creations: creationsOf(first.options, 0),
    recorded: () => 0,
    async note() {},
    async finished() {},
  };
}
