/**
 * sel4bench's output (https://github.com/seL4/sel4bench): results of the seL4 microkernel's benchmarks in
 * JSON, with raw cycles where it was built to print them, and the rows of five quantiles made of them.
 */
import type { JsonFormat } from './format.ts';
import {
  costsAt,
  isObject,
  type JsonObject,
  objectsOf,
  property,
  shapeError,
  textAt,
} from './shape.ts';

/** Statistics of a row; every other property of it says what was measured. */
const STATISTICS = new Set([
  ...['Min', 'Max', 'Mean', 'Stddev', 'Variance', 'Mode', 'Median'],
  ...['1st quantile', '3rd quantile', 'Samples', 'Raw results'],
]);

const RAW =
  'Build sel4bench with raw results printed (OutputRawResults), and import what it prints then.';

function circumstances(row: JsonObject): string[] {
  return Object.entries(row).flatMap(([name, value]) =>
    STATISTICS.has(name) ? [] : [`${name}=${String(value)}`],
  );
}

function suites(document: unknown): JsonObject[] | undefined {
  const all = objectsOf(isObject(document) ? [document] : document);
  const own = all?.every(
    (one) => typeof one.Benchmark === 'string' && objectsOf(one.Results) !== undefined,
  );
  return own === true && all !== undefined && all.length > 0 ? all : undefined;
}

/** JSON with raw results. */
export const sel4bench: JsonFormat = {
  kind: 'json',
  name: 'sel4bench',
  made: 'sel4bench, built with `OutputRawResults`, its JSON or JSON Lines',
  arm: 'the benchmark; its other columns (function, direction, …) are the state',
  unit: 'cycles',
  not: 'left out: cycles of zero, which stand for what does not exist; rows without raw results, by name; refused: a file without any raw result, summaries',
  fits: (document) => suites(document) !== undefined,
  async read(document, { path }, sink) {
    sink.unit('cycles');
    let raw = 0;
    for (const [place, suite] of (suites(document) ?? []).entries()) {
      const arm = textAt(path, suite.Benchmark, `[${place}].Benchmark`);
      for (const [at, row] of (objectsOf(suite.Results) ?? []).entries()) {
        const state = circumstances(row);
        const name = [arm, ...state].join(', ');
        const values = property(row, 'Raw results');
        if (values === undefined || (Array.isArray(values) && values.length === 0)) {
          sink.leftOut('rows without raw results', name);
          continue;
        }
        raw += 1;
        const where = `[${place}].Results[${at}]["Raw results"]`;
        for (const [index, cycles] of costsAt(path, values, where).entries()) {
          if (cycles === 0) sink.leftOut('cycles of zero', name);
          else sink.sample({ arm: [arm], ...(state.length === 0 ? {} : { state }) }, cycles);
          if (index % 4096 === 4095) await sink.room();
        }
      }
    }
    if (raw === 0)
      throw shapeError(path, 'it', 'has no raw results: statistics are no samples', RAW);
  },
};

/** Least, first quartile, median, mean, third quartile, greatest, standard deviation, number of samples. */
const SUMMARY_LENGTH = 8;

function isSummary(value: unknown): boolean {
  if (!Array.isArray(value) || value.length !== SUMMARY_LENGTH) return false;
  if (!value.every((one) => typeof one === 'number')) return false;
  const [least, first, median, , third, greatest, , n] = value as number[];
  const quantiles = [least, first, median, third, greatest].filter((one) => one !== 0) as number[];
  return (
    Number.isInteger(n) &&
    quantiles.every((one, i) => i === 0 || one >= (quantiles[i - 1] as number))
  );
}

/** JSON Lines of summaries: they can be told from samples, and are none. */
export const sel4benchSummaries: JsonFormat = {
  kind: 'json',
  name: 'sel4bench-summaries',
  made: 'JSON Lines with eight numbers a row: least, quartiles, mean, greatest, deviation, n',
  arm: '–',
  unit: '–',
  not: 'refused: summaries, in which zeros stand for what does not exist',
  fits: (document) =>
    objectsOf(document)?.every((row) => Object.values(row).some(isSummary)) ?? false,
  async read(document, { path }) {
    const rows = objectsOf(document) ?? [];
    const zeros = rows.filter((row) =>
      Object.values(row).some((value) => isSummary(value) && (value as number[]).includes(0)),
    ).length;
    const missing =
      zeros === 0 ? '' : ` In ${zeros} of ${rows.length} rows zeros stand for what does not exist.`;
    throw shapeError(
      path,
      'it',
      `has summaries (least, quartiles, mean, greatest, deviation, n), and summaries are no samples${missing === '' ? '' : `.${missing.slice(0, -1)}`}`,
      RAW,
    );
  },
};
