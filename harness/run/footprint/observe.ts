/**
 * Looks at the memory of each arm.
 */
import type { FootprintPlan } from '../../plan/footprint/plan.ts';
import { type DomainArm, isDomainArm } from '../../plan/introspectors.ts';
import type { Observation, Observer } from '../observation.ts';
import { probeFor } from '../probe.ts';
import { type FootprintContext, holdingsOf, smallestOf } from './domains.ts';
import { memoryOfProcess } from './process.ts';

/** A Linux is booted for every try. */
function isSearched({ options }: FootprintPlan, arm: DomainArm): boolean {
  return arm === 'minios' || options.search === 'all';
}

async function ofDomain(context: FootprintContext, arm: DomainArm): Promise<Observation[]> {
  const { run, plan } = context;
  const held = await holdingsOf(context, arm);
  if (isSearched(plan, arm)) return [...held, ...(await smallestOf(context, arm))];
  run.facts.skipped.push({
    what: `the smallest memory of ${arm}`,
    reason: 'each try boots a Linux: ask for it by --search all',
  });
  return held;
}

/** Measures memory. */
export const observeFootprint: Observer<FootprintPlan> = {
  needsTestbed: () => true,
  once: false,
  async observe(run, plan, target) {
    const { progress } = run.context;
    const probe = probeFor(run);
    if (target === undefined) throw new Error('footprint without a target');
    const context: FootprintContext = { run, plan, probe, target };
    const observations: Observation[] = [];
    progress.step('Looking for the least memory');
    for (const arm of plan.options.arms) {
      observations.push(
        ...(isDomainArm(arm) ? await ofDomain(context, arm) : await memoryOfProcess(context)),
      );
    }
    progress.done('Memory found');
    return observations.filter(({ state }) => plan.options.states.some((name) => name === state));
  },
};
