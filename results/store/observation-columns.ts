/**
 * Columns of the table of observations, and the rows that a benchmark's findings give it.
 */
import type { RecordedObservations } from '../../harness/run/observation.ts';

/** observations.csv: one row a fact, its value in its own unit. */
export const OBSERVATION_COLUMNS = [
  'boot',
  'domain',
  'benchmark',
  'arm',
  'state',
  'phase',
  'unit',
  'repeat',
  'value',
  'detail',
] as const;

/** The rows of what a benchmark found out in a creation. */
export function observationRows({
  boot,
  domain,
  benchmark,
  observations,
}: RecordedObservations): (string | number)[][] {
  return observations.map(({ arm, state, phase, unit, repeat, value, detail }) => [
    ...[boot, domain, benchmark, arm, state, phase, unit, repeat, value, detail],
  ]);
}
