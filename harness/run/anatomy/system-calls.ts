/**
 * The system calls of the introspector in Dom0, as Dom0's Linux records them: by name, while it reads the
 * batches of each state.
 */
import { systemCallPhase } from '../../../bench/anatomy/index.ts';
import type { CacheState } from '../../../bench/words.ts';
import { recordSystemCalls, type SystemCall } from '../../../infra/trace/system-calls.ts';
import type { AnatomyPlan } from '../../plan/anatomy/plan.ts';
import type { ReadTarget } from '../page-walk/ask.ts';
import type { RunState } from '../state.ts';
import { type AnatomyArm, readBatches } from './batches.ts';
import { countIn } from './counted.ts';
import type { Amounts } from './shares.ts';
import { type Span, type StampedBatch, spansOf } from './spans.ts';

/** A batch, and what its parts called. */
export interface CalledBatch {
  state: CacheState;
  /** Which of the state's batches, from 0. */
  repeat: number;
  stamped: StampedBatch;
  spans: readonly Span[];
  /** One for each span, calls by `systemCallPhase`. */
  amounts: Amounts[];
}

/**
 * Has the introspector read batches in each state while Linux records.
 * @throws UserError `skipped` when this Dom0 cannot record, or lost records
 */
export async function batchesUnderLinuxTrace(
  run: RunState,
  plan: AnatomyPlan,
  arm: AnatomyArm,
  target: ReadTarget,
): Promise<CalledBatch[]> {
  const { progress, testbed } = run.context;
  const work = async () => {
    const read: [CacheState, StampedBatch[]][] = [];
    for (const state of plan.options.states) {
      progress.detail(`${arm.arm}, ${state}`);
      read.push([state, await readBatches(run, plan, arm, target, state, plan.batches)]);
    }
    return read;
  };
  const { result, calls } = await run.wait(
    recordSystemCalls(testbed, testbed.introspectorPath, work),
  );
  return result.flatMap(([state, batches]) =>
    batches.map((stamped, repeat) => {
      const spans = spansOf(stamped);
      const amounts = countIn(spans, calls, ({ name }: SystemCall) => [systemCallPhase(name)]);
      return { state, repeat, stamped, spans, amounts };
    }),
  );
}
