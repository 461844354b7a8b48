/**
 * From the samples of a run to all of its measures: each benchmark by its own analysis.
 */
import type { BenchmarkId } from '../../bench/registry.ts';
import type { Arm, CacheState, EventState, Unit } from '../../bench/words.ts';
import type { Plan, Suite } from '../plan/suite.ts';
import { type Analysis, analyse, type SampleGroup } from './analyse.ts';
import { analyseEvents, type EventGroup } from './events.ts';

/** Where the recorded samples of a run are read from. */
export interface SampleSource {
  groups(arms: readonly Arm[], states: readonly CacheState[]): SampleGroup[];
  eventGroups(arms: readonly Arm[], states: readonly EventState[]): EventGroup[];
}

type Analyser<P> = (plan: P, source: SampleSource, unit: Unit) => Promise<Analysis>;

const ANALYSERS: Readonly<{ [Id in BenchmarkId]: Analyser<Extract<Plan, { benchmark: Id }>> }> = {
  'page-walk': ({ benchmark, options }, source, unit) =>
    analyse(source.groups(options.arms, options.states), { benchmark, unit, seed: options.seed }),
  events: ({ benchmark, options }, source, unit) =>
    analyseEvents(source.eventGroups(options.arms, options.states), {
      benchmark,
      unit,
      seed: options.seed,
    }),
};

/** Analyses every benchmark of a run. */
export async function analyseSuite(
  suite: Suite,
  source: SampleSource,
  unit: Unit,
): Promise<Analysis> {
  const whole: Analysis = { measures: [], ratios: [], counts: [], held: [] };
  for (const plan of suite) {
    const run = ANALYSERS[plan.benchmark] as Analyser<Plan>;
    const part = await run(plan, source, unit);
    whole.measures.push(...part.measures);
    whole.ratios.push(...part.ratios);
    whole.counts.push(...part.counts);
    whole.held.push(...part.held);
  }
  return whole;
}
