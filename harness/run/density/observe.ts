/**
 * More and more introspectors on one host, each with a target of its own.
 */
import { PAIRS } from '../../../bench/density/index.ts';
import type { DensityState, Unit } from '../../../bench/words.ts';
import { mean, quantile, sortedSample } from '../../analyse/quantile.ts';
import type { DensityPlan } from '../../plan/density/plan.ts';
import type { Observation, Observer } from '../observation.ts';
import { probeFor } from '../probe.ts';
import {
  costsOf,
  costsTogether,
  type DensityContext,
  isOutOfMemory,
  makePair,
  type ReadyPair,
} from './pairs.ts';

const DOM0_ID = 0;
const PAGE_BYTES = 4096;

/** What is found out with these pairs. */
async function factsOf(
  context: DensityContext,
  pairs: readonly ReadyPair[],
  state: DensityState,
  unit: Unit,
): Promise<Observation[]> {
  const { run, probe } = context;
  const fact = { arm: 'minios', state, detail: '' } as const;
  const facts: Observation[] = [];
  for (const [repeat, pair] of pairs.entries()) {
    run.context.progress.detail(`${pairs.length} pairs: introspector ${repeat + 1} alone`);
    const value = quantile(sortedSample(await costsOf(context, pair)), 0.5);
    facts.push({ ...fact, phase: 'alone', unit, value, repeat });
  }
  run.context.progress.detail(`${pairs.length} pairs: all introspectors together`);
  for (const [repeat, costs] of (await costsTogether(context, pairs)).entries()) {
    facts.push({ ...fact, phase: 'together', unit, value: mean(costs), repeat });
  }
  for (const [repeat, { took }] of pairs.entries()) {
    facts.push(
      { ...fact, phase: 'introspector-memory', unit: 'bytes', value: took.introspector, repeat },
      { ...fact, phase: 'target-memory', unit: 'bytes', value: took.target, repeat },
    );
  }
  const free = (await run.wait(probe.state(DOM0_ID))).freePages * PAGE_BYTES;
  const each = pairs.reduce((sum, { took }) => sum + took.introspector + took.target, 0);
  const fit = pairs.length + Math.floor((free * pairs.length) / each);
  return [...facts, { ...fact, phase: 'fit', unit: 'count', value: fit, repeat: 0 }];
}

/** Measures density. */
export const observeDensity: Observer<DensityPlan> = {
  needsTestbed: ({ options }) => options.states.length > 0,
  once: false,
  unable: ({ options }) =>
    options.states.length > 0
      ? undefined
      : 'it takes minutes, and was not asked for: --bench density --domains-at-most 32',
  async observe(run, plan) {
    const { progress, testbed } = run.context;
    const probe = probeFor(run);
    const unit = (await run.wait(testbed.capabilities())).tickUnit;
    const context = { run, plan, probe };
    const pairs: ReadyPair[] = [];
    const observations: Observation[] = [];
    for (const [index, state] of plan.options.states.entries()) {
      try {
        for (const pair of plan.pairs.slice(pairs.length, PAIRS[state])) {
          progress.step(`Pair ${pairs.length + 1} of ${plan.pairs.length}`);
          pairs.push(await makePair(context, pair));
        }
      } catch (error) {
        if (run.fault.aborted || !isOutOfMemory(error)) throw error;
        const what = `density: ${plan.options.states.slice(index).join(', ')}`;
        const reason = `the memory of the host is used up by ${pairs.length} pairs: ${error.message}`;
        run.facts.skipped.push({ what, reason });
        progress.warn(`${what}: ${reason}`);
        break;
      }
      observations.push(...(await factsOf(context, pairs, state, unit)));
    }
    progress.done(`${pairs.length} introspectors with a target each`);
    return observations;
  },
};
