/** Whether what a life of the testbed has measured is enough, asked where a unit ends. */
import { type Creation, type PlannedJob, placeOf } from '../plan/plan.ts';
import type { SampledPlan } from '../plan/suite.ts';
import type { RunState } from './state.ts';

/** Whether the blocks before this job's are enough. Asked once a block, before its first job. */
export async function blocksAreEnough(
  { context: { enough }, creation }: RunState,
  plan: SampledPlan,
  { block, order }: PlannedJob,
): Promise<boolean> {
  if (enough === undefined || plan.options.until?.level !== 'blocks') return false;
  const first = [...plan.jobs.of(creation)].find((job) => job.block === block);
  return first?.order === order && enough([plan], block);
}

/** Whether the creations of domains before this one are enough. */
export async function creationsAreEnough(
  { context: { enough } }: RunState,
  plans: readonly SampledPlan[],
  creation: Creation,
): Promise<boolean> {
  const [first] = plans;
  if (enough === undefined || first?.options.until?.level !== 'domains') return false;
  return enough(plans, placeOf(creation, first.options));
}
