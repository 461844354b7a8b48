/**
 * `tinyvmi-bench export` and `import`: results for other tools, and other tools' samples as results.
 */
import { EXIT_CODES, UserError } from '../../../infra/errors.ts';
import { writeOutput } from '../../../infra/files/write-output.ts';
import { toBencher, toCsv, toSmallerIsBetter } from '../../../results/exchange/formats.ts';
import { type Columns, checkColumns } from '../../../results/imported/columns.ts';
import type { SourceFile } from '../../../results/imported/formats/format.ts';
import { FORMATS } from '../../../results/imported/formats/registry.ts';
import { DECIMAL_SIGNS, type DecimalSign } from '../../../results/imported/number-cell.ts';
import { isImported, readImported } from '../../../results/imported/read.ts';
import type { AnyMeasure, Imported } from '../../../results/imported/types.ts';
import { COLUMNS_FORMAT, importSamples } from '../../../results/imported/write.ts';
import { demandFigures } from '../../../results/measured.ts';
import { readResult } from '../../../results/store/reader.ts';
import type { CommandContext } from './context.ts';

const asJson = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;

const EXPORTS = {
  bencher: (measures: readonly AnyMeasure[]) => asJson(toBencher(measures)),
  'smaller-is-better': (measures: readonly AnyMeasure[]) => asJson(toSmallerIsBetter(measures)),
  csv: toCsv,
} as const;

/** Names of the formats, the default first. */
export const EXPORT_FORMATS = Object.keys(EXPORTS) as (keyof typeof EXPORTS)[];

async function measuresOf(folder: string): Promise<readonly AnyMeasure[]> {
  if (await isImported(folder)) return (await readImported(folder)).imported.measures;
  const { summary } = await readResult(folder);
  demandFigures(folder, summary);
  return summary.measures;
}

/** Writes the measures of a result in another tool's format. @returns the exit code */
export async function exportCommand(
  folder: string,
  { format, out }: { format: string; out?: string },
  { stdout }: CommandContext,
): Promise<number> {
  const write = Object.hasOwn(EXPORTS, format)
    ? EXPORTS[format as keyof typeof EXPORTS]
    : undefined;
  if (write === undefined) {
    throw new UserError(`--format ${format}: not known.`, {
      kind: 'usage',
      advice: `Accepted: ${EXPORT_FORMATS.join(', ')}.`,
    });
  }
  const text = write(await measuresOf(folder));
  if (out === undefined) stdout.write(text);
  else await writeOutput(out, text);
  return EXIT_CODES.success;
}

/** Options of an import, as they are written. */
export interface RawImportOptions {
  from?: string;
  arm?: string[];
  armColumn?: string;
  valueColumn?: string[];
  stateColumn?: string[];
  bootColumn?: string;
  blockColumn?: string;
  batchColumn?: string;
  divideBy?: string;
  delimiter?: string;
  header: boolean;
  comment?: string;
  decimal?: string;
  unit?: string;
  benchmark: string;
  out: string;
}

/** What `--from` takes. */
export const IMPORT_FORMATS = [...FORMATS.map(({ name }) => name), COLUMNS_FORMAT] as const;

function usage(message: string, advice: string): UserError {
  return new UserError(message, { kind: 'usage', advice });
}

/** What stands between cells. @throws UserError of kind usage */
function delimiterOf(text: string): string {
  const delimiter = text === 'tab' || text === '\\t' ? '\t' : text;
  if ([...delimiter].length === 1 && !/["\r\n]/.test(delimiter)) return delimiter;
  throw usage(`--delimiter ${text}: not one character.`, 'Give one: ";", "|", or tab.');
}

function decimalOf(text: string): DecimalSign {
  const sign = DECIMAL_SIGNS.find((one) => one === text);
  if (sign !== undefined) return sign;
  throw usage(`--decimal ${text}: not known.`, `Accepted: ${DECIMAL_SIGNS.join(' or ')}`);
}

/** The columns of a table; undefined when nothing is said of any. @throws UserError of kind usage */
function columnsOf(raw: RawImportOptions): Columns | undefined {
  const {
    armColumn,
    valueColumn = [],
    stateColumn = [],
    bootColumn,
    blockColumn,
    batchColumn,
  } = raw;
  const { divideBy, delimiter, header, comment, decimal, from } = raw;
  const said = {
    ...(armColumn === undefined ? {} : { arm: armColumn }),
    ...(bootColumn === undefined ? {} : { boot: bootColumn }),
    ...(blockColumn === undefined ? {} : { block: blockColumn }),
    ...(batchColumn === undefined ? {} : { batch: batchColumn }),
    ...(divideBy === undefined ? {} : { divisor: divideBy }),
    ...(delimiter === undefined ? {} : { delimiter: delimiterOf(delimiter) }),
    ...(comment === undefined ? {} : { comment }),
    ...(decimal === undefined ? {} : { decimal: decimalOf(decimal) }),
  };
  const none =
    Object.keys(said).length === 0 && valueColumn.length + stateColumn.length === 0 && header;
  if (none && from !== COLUMNS_FORMAT) return undefined;
  if (from !== undefined && from !== COLUMNS_FORMAT) {
    throw usage(
      `--from ${from} knows its columns; options about columns are for tables of your own.`,
      `Leave them out, or --from.`,
    );
  }
  return { ...said, values: valueColumn, states: stateColumn, header };
}

/** Files with the names of their arms. @throws UserError of kind usage unless each has one, or none */
function filesOf(paths: readonly string[], arms: readonly string[]): SourceFile[] {
  if (arms.length !== 0 && arms.length !== paths.length) {
    throw usage(
      `--arm is given ${arms.length} times for ${paths.length} files.`,
      'Give it once for each file, in their order, or not at all.',
    );
  }
  const twice = paths.find((path, place) => paths.indexOf(path) !== place);
  if (twice !== undefined) {
    throw usage(`${twice} is named twice.`, 'Name each file once: its samples would count double.');
  }
  return paths.map((path, place) => {
    const arm = arms[place];
    return { path, ...(arm === undefined ? {} : { arm }) };
  });
}

/** What must be known of an import, a line each. */
function remarksOf({ leftOut = [], warnings = [] }: Imported): string[] {
  return [
    ...leftOut.map(
      ({ what, rows, names }) =>
        `Left out, ${rows} ${rows === 1 ? 'row' : 'rows'}: ${what} (${names.join(', ')}${rows > names.length ? ', …' : ''}).`,
    ),
    ...warnings,
  ];
}

/** Makes a result of files of samples. @returns the exit code */
export async function importCommand(
  paths: readonly string[],
  raw: RawImportOptions,
  { stdout, say, json, progress }: CommandContext,
): Promise<number> {
  const { from, unit, benchmark } = raw;
  if (from !== undefined && !IMPORT_FORMATS.includes(from)) {
    throw usage(`--from ${from}: not known.`, `Accepted: ${IMPORT_FORMATS.join(', ')}.`);
  }
  const files = filesOf(paths, raw.arm ?? []);
  const columns = columnsOf(raw);
  if (columns !== undefined) {
    for (const { arm } of files) checkColumns(columns, arm);
    if (unit === undefined) {
      throw usage('A table does not say the unit of its samples.', 'Give it: --unit ns, us, ms, …');
    }
  }
  progress.step('Reading the samples');
  const folder = await importSamples(
    {
      files,
      benchmark,
      ...(from === undefined ? {} : { from }),
      ...(columns === undefined ? {} : { columns }),
      ...(unit === undefined ? {} : { unit }),
    },
    raw.out,
    new Date(),
  );
  const { imported } = await readImported(folder);
  progress.close();
  if (json) stdout.write(asJson({ status: 'success', folder, imported }));
  else {
    const samples = imported.measures.reduce((sum, { n }) => sum + n, 0);
    say(`${samples} samples of ${imported.measures.length} arms and states, in ${imported.unit}\n`);
    for (const remark of remarksOf(imported)) say(`! ${remark}\n`);
    stdout.write(`Result:  ${folder}\n`);
    say(`Look:    tinyvmi-bench analyse ${folder}\n`);
  }
  return EXIT_CODES.success;
}
