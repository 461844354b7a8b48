/**
 * How the raw samples of each benchmark are read back: one entry a benchmark. Only the phase that
 * the benchmark compares is read, the first of its phases.
 */
import type { Benchmark } from '../../bench/benchmark.ts';
import { BENCHMARKS } from '../../bench/registry.ts';
import { addedBy } from '../../harness/analyse/events.ts';
import type { NestedBatch } from '../../harness/analyse/nested.ts';

/** A row of a table: the numbers and the words of its columns. */
export interface Row {
  /** @throws UserError when it is no number from 0 up */
  number(column: string): number;
  word(column: string): string;
}

/** Samples of the compared phase, and what was taken off them. */
export interface Combined {
  batches: readonly NestedBatch[];
  base?: readonly NestedBatch[];
}

/** The table of a benchmark's samples. */
export interface SampleTable {
  benchmark: string;
  file: string;
  /** Columns that, after boot, domain and block, tell one batch from another. */
  batch: readonly string[];
  phase: string;
  /** Which of the arm's and state's series a row belongs to, or undefined for one that is left out. */
  series(row: Row): string | undefined;
  value(row: Row): number;
  /** The compared phase, from the series by name. */
  combine(series: ReadonlyMap<string, readonly NestedBatch[]>): Combined;
}

/** Page-walk: a page's total with its shares of opening and closing (harness/analyse/pages.ts). */
const PAGE_WALK: SampleTable = {
  benchmark: 'page-walk',
  file: 'samples.csv',
  batch: ['order', 'pass', 'batch'],
  phase: 'total',
  series: (row) =>
    row.word('warmup') === '0' && row.word('state') !== 'seed-2018' ? 'total' : undefined,
  value: (row) => row.number('total') + row.number('open_share') + row.number('close_share'),
  combine: (series) => ({ batches: series.get('total') ?? [] }),
};

/** Events: round trips less the median of the same instruction without a monitor. */
const EVENTS: SampleTable = {
  benchmark: 'events',
  file: 'events.csv',
  batch: ['order', 'batch', 'vcpu'],
  phase: 'added',
  series: (row) => (row.word('monitored') === '1' ? 'round-trip' : 'unmonitored'),
  value: (row) => row.number('round_trip'),
  combine(series) {
    const trips = series.get('round-trip') ?? [];
    const alone = series.get('unmonitored') ?? [];
    if (trips.length === 0 || alone.length === 0) return { batches: [] };
    return addedBy(trips, alone);
  },
};

/** Events of a guest that is not ours: the introspector's own part. */
const GUEST_EVENTS: SampleTable = {
  benchmark: 'guest-events',
  file: 'guest-events.csv',
  batch: ['order', 'batch'],
  phase: 'handler',
  series: () => 'handler',
  value: (row) => row.number('handler'),
  combine: (series) => ({ batches: series.get('handler') ?? [] }),
};

/** Samples from elsewhere, as `import` writes them. */
export const IMPORTED: SampleTable = {
  benchmark: '*',
  file: 'samples.csv',
  batch: ['batch'],
  phase: 'total',
  series: () => 'total',
  value: (row) => row.number('value'),
  combine: (series) => ({ batches: series.get('total') ?? [] }),
};

/** What a benchmark observed, in the phase that it compares. */
function observed({ id, headline }: Benchmark): SampleTable {
  return {
    benchmark: id,
    file: 'observations.csv',
    batch: ['repeat'],
    phase: headline,
    series: (row) =>
      row.word('benchmark') === id && row.word('phase') === headline ? headline : undefined,
    value: (row) => row.number('value'),
    combine: (series) => ({ batches: series.get(headline) ?? [] }),
  };
}

/** Every benchmark's table. */
export const SAMPLE_TABLES: readonly SampleTable[] = [
  PAGE_WALK,
  EVENTS,
  GUEST_EVENTS,
  ...BENCHMARKS.filter(({ kind }) => kind === 'observations').map(observed),
];
