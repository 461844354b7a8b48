/**
 * Google Benchmark's JSON and CSV (https://github.com/google/benchmark): a row a repetition, and, among them,
 * rows of statistics over the repetitions and of benchmarks that failed.
 */
import { csvError, readCsv } from '../../store/csv.ts';
import { before, readHead } from '../head.ts';
import type { JsonFormat, SampleSink, TextFormat } from './format.ts';
import { isObject, numberOf, objectsOf, property, shapeError, textAt } from './shape.ts';

/** A row, as both formats have it. Cells that are not there are empty. */
interface Row {
  /** Where it stands, for an error. */
  fault(what: string): Error;
  name: string;
  iterations: string;
  time: string;
  unit: string;
  label: string;
  /** Why it is no repetition, where the file says it. */
  not?: 'aggregate' | 'failed';
}

const AGGREGATES = 'statistics over the repetitions';
const FAILED = 'benchmarks that failed or were skipped';
const STATISTICS = ['mean', 'median', 'stddev'];
const ONLY_STATISTICS =
  'Have every repetition written: without --benchmark_report_aggregates_only and --benchmark_display_aggregates_only.';

/** How often a benchmark is repeated is no part of its name. */
function plainName(name: string): string {
  return name.replace(/\/repeats:\d+/, '');
}

/** Splits a name before its last underscore: what it may be a statistic of, and which. */
function statisticOf(name: string): { base: string; statistic: string } {
  const at = name.lastIndexOf('_');
  return { base: name.slice(0, Math.max(at, 0)), statistic: name.slice(at + 1) };
}

/**
 * Marks the rows that are statistics where the file does not: a name that is that of other rows with a
 * statistic after it, alone, over as many values as there are of those; all of mean, median and deviation of
 * one name; and the rows of a fitted complexity, which have no iterations or no unit.
 */
function markAggregates(rows: Row[]): void {
  const counts = new Map<string, number>();
  for (const { name } of rows) counts.set(name, (counts.get(name) ?? 0) + 1);
  for (const row of rows) {
    if (row.not !== undefined) continue;
    const { base, statistic } = statisticOf(row.name);
    const repeated = counts.get(base) ?? 0;
    const ofRepetitions =
      repeated > 1 && counts.get(row.name) === 1 && Number(row.iterations) === repeated;
    const ofNone =
      repeated === 0 &&
      [...STATISTICS, 'cv'].includes(statistic) &&
      STATISTICS.every((one) => counts.has(`${base}_${one}`));
    const fitted =
      ['BigO', 'RMS'].includes(statistic) && (row.iterations === '' || row.unit === '');
    if (ofRepetitions || ofNone || fitted) row.not = 'aggregate';
  }
}

async function give(path: string, rows: readonly Row[], sink: SampleSink): Promise<void> {
  let unit: string | undefined;
  let given = 0;
  for (const row of rows) {
    if (row.not === 'failed') sink.leftOut(FAILED, row.name);
    else if (row.not === 'aggregate') sink.leftOut(AGGREGATES, row.name);
    else {
      const time = numberOf(row.time);
      if (time === undefined || time < 0) {
        throw row.fault(`real_time is ${JSON.stringify(row.time)}, no number from zero up`);
      }
      if (row.unit === '') throw row.fault('it has no unit of time');
      given += 1;
      if (row.unit !== unit) sink.unit(row.unit);
      unit = row.unit;
      if (time === 0) sink.leftOut('times of zero', row.name);
      else {
        const state = row.label === '' ? {} : { state: [row.label] };
        sink.sample({ arm: [plainName(row.name)], ...state }, time);
      }
      if (given % 4096 === 0) await sink.room();
    }
  }
  if (given === 0) {
    const statistics = rows.some(({ not }) => not === 'aggregate');
    throw shapeError(
      path,
      'it',
      statistics
        ? 'has statistics alone, which are no samples'
        : 'has no row of a benchmark that ran',
      statistics ? ONLY_STATISTICS : 'Run the benchmarks again.',
    );
  }
  sink.warn(
    'Each sample is the mean of the iterations of one repetition: single iterations spread wider.',
  );
}

const FACTS = {
  arm: 'the benchmark with its arguments, without `/repeats:N`; its label is the state',
  unit: 'that of the first row; others are converted',
  not: 'real time is read; left out by name: statistics over the repetitions, complexities, benchmarks that failed or were skipped, times of zero; warned of: each sample is the mean of a repetition’s iterations; refused: statistics alone',
} as const;

const text = (value: unknown): string =>
  typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';

/** `--benchmark_format=json` or `--benchmark_out`. */
export const googleBenchmark: JsonFormat = {
  kind: 'json',
  name: 'google-benchmark',
  made: 'Google Benchmark `--benchmark_out=FILE --benchmark_out_format=json`',
  ...FACTS,
  fits: (document) =>
    isObject(property(document, 'context')) &&
    (objectsOf(property(document, 'benchmarks'))?.every((one) => Object.hasOwn(one, 'name')) ??
      false),
  async read(document, { path }, sink) {
    const benchmarks = objectsOf(property(document, 'benchmarks')) ?? [];
    const rows = benchmarks.map((one, place): Row => {
      const kind = property(one, 'run_type');
      const failed =
        property(one, 'error_occurred') === true || property(one, 'skipped') !== undefined;
      const where = `benchmarks[${place}]`;
      return {
        fault: (what) => shapeError(path, where, `: ${what}`),
        name: textAt(path, property(one, 'name'), `${where}.name`),
        iterations: text(property(one, 'iterations')),
        time: text(property(one, 'real_time')),
        unit: text(property(one, 'time_unit')),
        label: text(property(one, 'label')),
        ...(failed ? { not: 'failed' } : kind === 'aggregate' ? { not: 'aggregate' } : {}),
      };
    });
    if (!benchmarks.some((one) => Object.hasOwn(one, 'run_type'))) markAggregates(rows);
    await give(path, rows, sink);
  },
};

const HEADER = /^name,iterations,real_time,cpu_time,time_unit,.*$/m;

/** `--benchmark_format=csv`; what the program says of its machine may stand before the header. */
export const googleBenchmarkCsv: TextFormat = {
  kind: 'text',
  name: 'google-benchmark-csv',
  made: 'Google Benchmark `--benchmark_format=csv`',
  ...FACTS,
  fits: (head) => HEADER.test(head),
  async read({ path }, sink) {
    const rows: Row[] = [];
    await readCsv(
      path,
      (columns) => {
        const places = new Map(columns.map((name, place) => [name, place]));
        return (cells, line) => {
          const cell = (name: string) => cells[places.get(name) ?? -1] ?? '';
          rows.push({
            fault: (what) => csvError(path, line, what),
            name: cell('name'),
            iterations: cell('iterations'),
            time: cell('real_time'),
            unit: cell('time_unit'),
            label: cell('label'),
            ...(cell('error_occurred') === 'true' ? { not: 'failed' } : {}),
          });
        };
      },
      { preamble: before(await readHead(path), HEADER) },
    );
    markAggregates(rows);
    await give(path, rows, sink);
  },
};
