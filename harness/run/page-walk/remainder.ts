/**
 * What is left of a job of which some batches were recorded before an interruption.
 *
 * A job is asked for in whole passes, and its state needs its warm-up again. So the warm-up is asked
 * for as ever, and of the passes those that are not whole; what is measured a second time is checked
 * and not recorded, so that each place of the plan has one batch.
 */
import { batchesOf, type Passes } from '../../plan/page-walk/plan.ts';

/** A job to ask for, and the places of its batches in the whole job. */
export interface Remainder {
  passes: Passes;
  /** Number in the whole job of the batch that comes as number `index`; undefined: recorded before. */
  place(index: number): number | undefined;
}

/**
 * The remainder of a job.
 * @param recorded its first so many batches, warm-up included, were recorded
 * @returns undefined when nothing is left
 */
export function remainderOf(passes: Passes, recorded: number): Remainder | undefined {
  if (recorded >= batchesOf(passes)) return undefined;
  const each = Math.ceil(passes.pages / passes.batch);
  const whole = Math.max(0, Math.floor(recorded / each) - passes.warmup);
  return {
    passes: { ...passes, repeat: passes.repeat - whole },
    place(index) {
      const number = index < passes.warmup * each ? index : index + whole * each;
      return number < recorded ? undefined : number;
    },
  };
}
