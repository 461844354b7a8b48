/**
 * What is written down of a run while it lasts, so that it can go on after an interruption. The run
 * knows no file; results/campaign implements this for runs that are kept on disk.
 */
import type { Creation } from '../plan/plan.ts';
import type { RunFacts } from '../run/outcome.ts';

/** The lives of the testbed in a run: those before, and the one at hand. */
export interface Chronicle {
  /** What is known of the lives before the one at hand, in their order. */
  readonly facts: readonly RunFacts[];
  /** Batches of a job that are recorded; Infinity for a whole job of events or set of observations. */
  recorded(benchmark: string, order: number): number;
  isFinished(creation: Creation): boolean;
  /** A life begins. @returns its number */
  begin(): Promise<number>;
  /** Keeps what is known of the life at hand. */
  note(facts: RunFacts): Promise<void>;
  /** A creation was measured whole. */
  finish(creation: Creation): Promise<void>;
}

/** A chronicle that nobody keeps: of a run that ends when it is interrupted. */
export function unkeptChronicle(): Chronicle {
  let lives = 0;
  return {
    facts: [],
    recorded: () => 0,
    isFinished: () => false,
    begin: async () => lives++,
    async note() {},
    async finish() {},
  };
}
