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
  /** @param machine the one that it was measured on, where the run has several */
  isFinished(creation: Creation, machine?: string): boolean;
  /**
   * A life begins, of one machine or of several.
   * @param machines their names, in the order in which their facts are to be told; none: there is one
   * @returns its number
   */
  begin(machines: readonly string[]): Promise<number>;
  /** Keeps what is known of the life at hand, of the machine that the facts name. */
  note(facts: RunFacts): Promise<void>;
  /** A creation was measured whole, on a machine. */
  finish(creation: Creation, machine?: string): Promise<void>;
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
