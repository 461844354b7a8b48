/**
 * Starts each arm's introspector several times, one after the other.
 */
import type { Arm } from '../../../bench/words.ts';
import type { BootPlan } from '../../plan/boot/plan.ts';
import { isDomainArm } from '../../plan/introspectors.ts';
import type { Observation, Observer } from '../observation.ts';
import { firstPagesOf } from '../page-walk/ask.ts';
import { probeFor } from '../probe.ts';
import { observationsOfStart, type Start } from './stages.ts';
import { type StartContext, startDomain, startProcess } from './start.ts';

function startsOf({ options }: BootPlan, arm: Arm): number {
  return arm === 'linux-domu' ? options.linuxStarts : options.starts;
}

function start(context: StartContext, arm: Arm, repeat: number): Promise<Start> {
  return isDomainArm(arm) ? startDomain(context, arm, repeat) : startProcess(context, repeat);
}

/** Measures starts. */
export const observeBoot: Observer<BootPlan> = {
  needsTestbed: () => true,
  once: false,
  async observe(run, plan, target) {
    const { progress, testbed } = run.context;
    const probe = probeFor(run);
    if (target === undefined) throw new Error('boot without a target');
    const unit = (await run.wait(testbed.capabilities())).tickUnit;
    const context = { run, plan, probe, target: firstPagesOf(target, 1, plan.target.seed) };
    const observations: Observation[] = [];
    progress.step('Starting introspectors');
    for (const arm of plan.options.arms) {
      const starts = startsOf(plan, arm);
      for (let repeat = 0; repeat < starts; repeat++) {
        progress.detail(`${arm}: start ${repeat + 1} of ${starts}`);
        observations.push(...observationsOfStart(await start(context, arm, repeat), unit));
      }
    }
    progress.done('Every start led to the right first page');
    return observations;
  },
};
