/**
 * Measures in the formats of other tools. Each gives the median with its interval, a figure for each
 * benchmark, arm, state and phase.
 */
import { stringify } from 'csv-stringify/sync';
import type { AnyMeasure } from '../imported/types.ts';
import { safeCell } from '../store/cells.ts';
import { type CsvTable, column, namesOf } from '../store/table.ts';

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

const NO_INTERVAL = 'there are too few values for an interval';
const OF_UNIT = 'that of `unit`';

/** What `export --format csv` writes. */
export const EXPORTED = {
  name: 'export --format csv',
  row: 'a figure: a benchmark, arm, state and phase, in the order of summary.json',
  when: 'you export one; it is no file of a result',
  columns: [
    column('benchmark', 'text', '', 'the benchmark'),
    column('arm', 'text', '', 'what was measured'),
    column('state', 'text', '', 'in which state'),
    column('phase', 'text', '', 'which part of it; `total`: the whole of a page'),
    column('unit', 'text', '', 'unit of the figures'),
    column('n', 'integer', 'samples', 'samples that they rest on'),
    column('min', 'number', OF_UNIT, 'least'),
    column('p50', 'number', OF_UNIT, 'median'),
    column('p95', 'number', OF_UNIT, '95th percentile'),
    column('p99', 'number', OF_UNIT, '99th percentile'),
    column('max', 'number', OF_UNIT, 'greatest'),
    column('mean', 'number', OF_UNIT, 'mean'),
    column('low95', 'number', OF_UNIT, "lower end of the median's 95 % interval", NO_INTERVAL),
    column('high95', 'number', OF_UNIT, 'upper end of it', NO_INTERVAL),
  ],
} as const satisfies CsvTable;

/** The measures as a table: CSV, one row a measure, cells empty where there is no interval. */
export function toCsv(measures: readonly AnyMeasure[]): string {
  const rows = measures.map(({ interval95, ...measure }) => {
    const row = { ...measure, low95: interval95?.[0], high95: interval95?.[1] };
    return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, safeCell(value)]));
  });
  return stringify(rows, { header: true, columns: namesOf(EXPORTED.columns) });
}
