/**
 * From observations to measures: the same figures as of samples, over the repeats of each fact.
 */
import type { PlacedObservation } from '../run/observation.ts';
import { type Analysis, emptyAnalysis, measureOf, placed, type Ratio } from './analyse.ts';

/**
 * Analyses what a benchmark observed. A ratio of two arms that were observed apart has no interval
 * here; what was counted once needs none (harness/claims, harness/compare).
 * @throws Error when one fact has two units
 */
export function analyseObservations(
  observations: readonly PlacedObservation[],
  { benchmark, headline }: { benchmark: string; headline: string },
): Analysis {
  const facts = new Map<string, PlacedObservation[]>();
  for (const observation of observations) {
    const { arm, state, phase } = observation;
    const key = [arm, state, phase].join('\n');
    facts.set(key, [...(facts.get(key) ?? []), observation]);
  }
  const result = emptyAnalysis();
  for (const found of facts.values()) {
    const [{ arm, state, phase, unit }] = found as [PlacedObservation, ...PlacedObservation[]];
    if (found.some((other) => other.unit !== unit)) {
      throw new Error(`${benchmark} ${arm} ${state} ${phase} has two units`);
    }
    const batches = placed(
      found.map(({ boot = 0, domain, value }) => ({ boot, domain, block: 0, value })),
      ({ value }) => Float64Array.of(value),
    );
    result.measures.push({ benchmark, arm, state, phase, unit, ...measureOf(batches) });
  }
  const compared = result.measures.filter(({ phase }) => phase === headline);
  result.ratios.push(
    ...compared.flatMap((measure): Ratio[] => {
      const { arm: numerator, state, phase, unit, p50 } = measure;
      const base = compared.find((other) => other.arm === 'minios' && other.state === state);
      if (numerator === 'minios' || base === undefined || base.unit !== unit) return [];
      if (!(base.p50 > 0 && p50 > 0)) return [];
      return [
        {
          ...{ benchmark, state, phase, numerator, denominator: base.arm },
          ...{ ratio: p50 / base.p50, interval95: null, blocks: Math.min(measure.n, base.n) },
        },
      ];
    }),
  );
  return result;
}
