/**
 * Criterion.rs's files (https://bheisler.github.io/criterion.rs/book): raw.csv, and sample.json with the name
 * in the benchmark.json beside it. Each sample is a total and its number of iterations.
 */
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { UserError } from '../../../infra/errors.ts';
import { csvError, readCsv } from '../../store/csv.ts';
import type { JsonFormat, Place, SampleSink, TextFormat } from './format.ts';
import { costsAt, numberOf, property, shapeError } from './shape.ts';

/** Columns of raw.csv that name a benchmark. */
const NAME = ['group', 'function', 'value'] as const;
/** The total by its column: that of today, and that of versions before 0.3, which are nanoseconds. */
const TOTALS = ['sample_measured_value', 'sample_time_nanos'] as const;

const GROUPED =
  'Each sample is the mean of the iterations of one batch: single iterations spread wider.';

function give(sink: SampleSink, place: Place, total: number, iterations: number): void {
  if (total === 0) sink.leftOut('totals of zero', place.arm.join());
  else sink.sample(place, total / iterations);
}

/** raw.csv. */
export const criterionCsv: TextFormat = {
  kind: 'text',
  name: 'criterion-csv',
  made: 'Criterion.rs’s `raw.csv` (feature `csv_output`)',
  arm: 'group/function/value',
  unit: 'that of the file (ns)',
  not: 'left out: totals of zero; warned of: each sample is the mean of a batch of iterations; refused: no iterations, units that differ',
  fits: (head) => /^group,function,value,.*\biteration_count\r?\n/.test(head),
  async read({ path }, sink) {
    let unit: string | undefined;
    await readCsv(
      path,
      (columns) => {
        const total = Math.max(...TOTALS.map((name) => columns.indexOf(name)));
        const [count, ofUnit] = [columns.indexOf('iteration_count'), columns.indexOf('unit')];
        if (total < 0) throw csvError(path, 1, `there is no column ${TOTALS[0]}`);
        const parts = NAME.map((name) => columns.indexOf(name));
        return (cells, line) => {
          const own = ofUnit < 0 ? 'ns' : (cells[ofUnit] as string);
          if (unit === undefined) sink.unit(own);
          unit ??= own;
          if (own !== unit) throw csvError(path, line, `the unit is ${own}, and ${unit} above`);
          const [value, iterations] = [numberOf(cells[total]), numberOf(cells[count])];
          if (value === undefined || value < 0) {
            throw csvError(
              path,
              line,
              `${columns[total]} is ${JSON.stringify(cells[total])}, no number from zero up`,
            );
          }
          if (iterations === undefined || iterations <= 0) {
            throw csvError(
              path,
              line,
              `iteration_count is ${JSON.stringify(cells[count])}, no number above zero`,
            );
          }
          const arm = parts.map((part) => cells[part] as string).filter((part) => part !== '');
          give(sink, { arm: [arm.join('/')] }, value, iterations);
        };
      },
      { between: () => sink.room() },
    );
    sink.warn(GROUPED);
  },
};

/** The name that benchmark.json has for the sample.json beside it. */
async function nameBeside(path: string): Promise<string | undefined> {
  const text = await readFile(join(dirname(path), 'benchmark.json'), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    const name = property(JSON.parse(text), 'full_id');
    return typeof name === 'string' && name !== '' ? name : undefined;
  } catch {
    return undefined;
  }
}

/** sample.json. */
export const criterionJson: JsonFormat = {
  kind: 'json',
  name: 'criterion',
  made: 'Criterion.rs’s `target/criterion/…/new/sample.json`',
  arm: 'the `full_id` of `benchmark.json` beside it, or `--arm`',
  unit: 'ns',
  not: 'left out: totals of zero; warned of: each sample is the mean of a batch of iterations; refused: a file whose name is not known',
  fits: (document) =>
    Array.isArray(property(document, 'iters')) && Array.isArray(property(document, 'times')),
  async read(document, { path, arm }, sink) {
    sink.unit('ns');
    const name = arm ?? (await nameBeside(path));
    if (name === undefined) {
      throw new UserError(
        `${path} does not say what was measured, and there is no benchmark.json beside it.`,
        {
          kind: 'usage',
          advice: 'Name it: --arm NAME.',
        },
      );
    }
    const times = costsAt(path, property(document, 'times'), 'times');
    const iterations = costsAt(path, property(document, 'iters'), 'iters');
    if (times.length !== iterations.length || iterations.includes(0)) {
      throw shapeError(path, 'iters', 'does not hold a number above zero for each of times');
    }
    for (const [index, total] of times.entries()) {
      give(sink, { arm: [name] }, total, iterations[index] as number);
    }
    await sink.room();
    sink.warn(GROUPED);
  },
};

/** estimates.json: it can be told from samples, and is none. */
export const criterionEstimates: JsonFormat = {
  kind: 'json',
  name: 'criterion-estimates',
  made: 'Criterion.rs’s `estimates.json`',
  arm: '–',
  unit: '–',
  not: 'refused: estimates',
  fits: (document) => property(property(document, 'mean'), 'point_estimate') !== undefined,
  async read(_document, { path }) {
    throw new UserError(`${path} has estimates, and estimates are no samples.`, {
      advice: 'Import the sample.json beside it.',
    });
  },
};
