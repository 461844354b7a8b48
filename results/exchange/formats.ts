/**
 * Measures in the formats of other tools. Each gives the median with its interval, a figure for each
 * benchmark, arm, state and phase.
 */
import { stringify } from 'csv-stringify/sync';
import type { AnyMeasure } from '../imported/types.ts';
import { safeCell } from '../store/cells.ts';

function nameOf({ benchmark, state, arm, phase }: AnyMeasure): string {
  return `${benchmark}/${state}/${arm}/${phase}`;
}

/** Bencher Metric Format: a metric by benchmark and measure (results/schema/bencher.schema.json). */
export type BencherMetrics = Record<
  string,
  Record<string, { value: number; lower_value?: number; upper_value?: number }>
>;

/** The measures as Bencher's `json` adapter reads them. The measure is named by its unit. */
export function toBencher(measures: readonly AnyMeasure[]): BencherMetrics {
  const metrics: BencherMetrics = {};
  for (const measure of measures) {
    const { unit, p50, interval95 } = measure;
    const bounds =
      interval95 === null ? {} : { lower_value: interval95[0], upper_value: interval95[1] };
    metrics[nameOf(measure)] = { [unit]: { value: p50, ...bounds } };
  }
  return metrics;
}

/** An entry of github-action-benchmark's customSmallerIsBetter. */
export interface SmallerIsBetter {
  name: string;
  unit: string;
  value: number;
  range?: string;
  extra: string;
}

/** The measures as github-action-benchmark's tool customSmallerIsBetter reads them. */
export function toSmallerIsBetter(measures: readonly AnyMeasure[]): SmallerIsBetter[] {
  return measures.map((measure) => {
    const { unit, p50, interval95, n, min, p99, max, mean } = measure;
    const reach = interval95 === null ? 0 : Math.max(p50 - interval95[0], interval95[1] - p50);
    return {
      name: nameOf(measure),
      unit,
      value: p50,
      ...(interval95 === null ? {} : { range: `± ${reach}` }),
      extra: `n ${n}, min ${min}, p99 ${p99}, max ${max}, mean ${mean}`,
    };
  });
}

const CSV_COLUMNS = [
  ...(['benchmark', 'arm', 'state', 'phase', 'unit', 'n', 'min', 'p50', 'p95'] as const),
  ...(['p99', 'max', 'mean', 'low95', 'high95'] as const),
];

/** The measures as a table: CSV, one row a measure, cells empty where there is no interval. */
export function toCsv(measures: readonly AnyMeasure[]): string {
  const rows = measures.map(({ interval95, ...measure }) => {
    const row = { ...measure, low95: interval95?.[0], high95: interval95?.[1] };
    return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, safeCell(value)]));
  });
  return stringify(rows, { header: true, columns: [...CSV_COLUMNS] });
}
