/**
 * `tinyvmi-bench export` and `import`: results for other tools, and other tools' samples as results.
 */
import { EXIT_CODES, UserError } from '../../../infra/errors.ts';
import { writeOutput } from '../../../infra/files/write-output.ts';
import { toBencher, toCsv, toSmallerIsBetter } from '../../../results/exchange/formats.ts';
import { isImported, readImported } from '../../../results/imported/read.ts';
import type { AnyMeasure } from '../../../results/imported/types.ts';
import { importSamples, type SourceColumns } from '../../../results/imported/write.ts';
import { demandFigures } from '../../../results/measured.ts';
import { readResult } from '../../../results/store/reader.ts';
import type { CommandContext } from './context.ts';

const asJson = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;

const FORMATS = {
  bencher: (measures: readonly AnyMeasure[]) => asJson(toBencher(measures)),
  'smaller-is-better': (measures: readonly AnyMeasure[]) => asJson(toSmallerIsBetter(measures)),
  csv: toCsv,
} as const;

/** Names of the formats, the default first. */
export const EXPORT_FORMATS = Object.keys(FORMATS) as (keyof typeof FORMATS)[];

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
  const write = FORMATS[format as keyof typeof FORMATS];
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
  armColumn: string;
  valueColumn: string;
  stateColumn?: string;
  bootColumn?: string;
  blockColumn?: string;
  batchColumn?: string;
  unit: string;
  benchmark: string;
  out: string;
}

/** Makes a result of a CSV file of samples. @returns the exit code */
export async function importCommand(
  file: string,
  raw: RawImportOptions,
  { stdout, say, json }: CommandContext,
): Promise<number> {
  const columns: SourceColumns = {
    arm: raw.armColumn,
    value: raw.valueColumn,
    state: raw.stateColumn,
    boot: raw.bootColumn,
    block: raw.blockColumn,
    batch: raw.batchColumn,
  };
  const request = { file, columns, unit: raw.unit, benchmark: raw.benchmark };
  const folder = await importSamples(request, raw.out, new Date());
  const { imported } = await readImported(folder);
  if (json) stdout.write(asJson({ status: 'success', folder, imported }));
  else {
    const samples = imported.measures.reduce((sum, { n }) => sum + n, 0);
    say(`${samples} samples of ${imported.measures.length} arms and states\n`);
    stdout.write(`Result:  ${folder}\n`);
    say(`Look:    tinyvmi-bench analyse ${folder}\n`);
  }
  return EXIT_CODES.success;
}
