/**
 * From the samples of a run to all of its measures: each benchmark by its own analysis.
 */
import { type BenchmarkId, findBenchmark } from '../../bench/registry.ts';
import type { Arm, EventState, PageState, Unit } from '../../bench/words.ts';
import type { ObservedPlan, Plan } from '../plan/suite.ts';
import type { PlacedObservation } from '../run/observation.ts';
import { type Analysis, analyse, emptyAnalysis, type SampleGroup } from './analyse.ts';
import type { EventGroup } from './event-groups.ts';
import { analyseEvents } from './events.ts';
import { analyseGuestEvents } from './guest-events.ts';
import { analyseObservations } from './observations.ts';
import { type SeedBatch, type SeedGroup, seedAnswers, v1Answers } from './protocols.ts';

/** Where the recorded samples of a run are read from. */
export interface SampleSource {
  groups<S extends PageState>(arms: readonly Arm[], states: readonly S[]): SampleGroup<S>[];
  eventGroups(arms: readonly Arm[], states: readonly EventState[]): EventGroup[];
  observations(benchmark: BenchmarkId): PlacedObservation[];
}

/** Rates of the arms' clocks in ticks a second; 0: unknown. */
export type Frequencies = ReadonlyMap<Arm, number>;

type Analyser<P> = (
  plan: P,
  source: SampleSource,
  unit: Unit,
  frequencies: Frequencies,
) => Promise<Analysis>;

async function seedGroups(
  groups: readonly SampleGroup<PageState>[],
  rates: Frequencies,
): Promise<SeedGroup[]> {
  return Promise.all(
    groups.map(async ({ arm, batches }) => {
      const all: SeedBatch[] = [];
      for await (const batch of batches()) all.push(batch);
      return { arm, frequency: rates.get(arm) ?? 0, batches: all };
    }),
  );
}

const observed = async ({ benchmark }: ObservedPlan, source: SampleSource) => {
  const headline = findBenchmark(benchmark)?.headline ?? 'total';
  return analyseObservations(source.observations(benchmark), { benchmark, headline });
};

const ANALYSERS: Readonly<{ [Id in BenchmarkId]: Analyser<Extract<Plan, { benchmark: Id }>> }> = {
  'page-walk': async (plan, source, unit, frequencies) => {
    const { benchmark, options } = plan;
    const { arms, states } = options;
    const analysis = await analyse(source.groups(arms, states), { benchmark, unit });
    const seeds = await seedGroups(source.groups(arms, ['seed-2018']), frequencies);
    if (seeds.length === 0) return analysis;
    return {
      ...analysis,
      protocols: [
        ...seedAnswers(seeds, { benchmark, unit }),
        ...v1Answers(analysis.measures, benchmark, states),
      ],
    };
  },
  events: ({ benchmark, options }, source, unit) =>
    analyseEvents(source.eventGroups(options.arms, options.states), { benchmark, unit }),
  'guest-events': ({ benchmark, options }, source, unit) =>
    analyseGuestEvents(source.eventGroups(options.arms, options.states), { benchmark, unit }),
  anatomy: observed,
  'code-size': observed,
  boot: observed,
  footprint: observed,
  density: observed,
};

/** Analyses one benchmark. */
export function analysePlan(
  plan: Plan,
  source: SampleSource,
  unit: Unit,
  frequencies: Frequencies,
): Promise<Analysis> {
  const run = ANALYSERS[plan.benchmark] as Analyser<Plan>;
  return run(plan, source, unit, frequencies);
}

/** The measures of several benchmarks as one. */
export function joinAnalyses(parts: readonly Analysis[]): Analysis {
  const whole = emptyAnalysis();
  for (const part of parts) {
    whole.measures.push(...part.measures);
    whole.ratios.push(...part.ratios);
    whole.counts.push(...part.counts);
    whole.held.push(...part.held);
    whole.protocols.push(...part.protocols);
  }
  return whole;
}
