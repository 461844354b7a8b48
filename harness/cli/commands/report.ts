/**
 * `tinyvmi-bench report`: of a run, of samples from elsewhere, of several results, of two sets against
 * each other, or of a history. Needs neither Xen nor QEMU.
 */
import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { EXIT_CODES, UserError } from '../../../infra/errors.ts';
import type { ReportModel } from '../../../reports/model/types.ts';
import { renderTerminal } from '../../../reports/render/terminal.ts';
import { REPORT_FORMATS, type ReportFormat, writeReport } from '../../../reports/write.ts';
import { type Measured, readSet } from '../../../results/measured.ts';
import { paintFor, widthOf } from '../output.ts';
import type { CommandContext } from './context.ts';
import { comparisonReport, historyReport, runsReport } from './set-reports.ts';
import { reportLines, showResult } from './show.ts';

/** Options of `report`, as they are written. */
export interface RawReportOptions {
  format?: string;
  out?: string;
  /** Print every main table. */
  tables?: boolean;
}

/** Where reports about several results go when nothing else is said. */
export const DEFAULT_REPORTS = 'results/reports';

/** The formats that are asked for. @throws UserError of kind usage */
export function formatsOf(text: string | undefined): readonly ReportFormat[] {
  if (text === undefined) return REPORT_FORMATS;
  const names = text.split(',');
  const unknown = names.find((name) => !(REPORT_FORMATS as readonly string[]).includes(name));
  if (unknown !== undefined) {
    throw new UserError(`--format ${text}: there is no format "${unknown}".`, {
      kind: 'usage',
      advice: `Formats: ${REPORT_FORMATS.join(', ')}; several with commas between them.`,
    });
  }
  return REPORT_FORMATS.filter((format) => names.includes(format));
}

async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isFile() ?? false;
}

/** Whether a name is one result's folder, of either kind, or at least no set. */
async function isSingle(name: string): Promise<boolean> {
  for (const file of ['manifest.json', 'imported.json']) {
    if (await isFile(join(name, file))) return true;
  }
  return false;
}

/** Of one set all results side by side; of two a comparison, where they can be compared; of more side by side. */
export function modelOfSets(sets: readonly Measured[][]): ReportModel {
  const [a, b] = sets;
  if (sets.length === 2 && a !== undefined && b !== undefined) return comparisonReport(a, b);
  return runsReport(sets.flat());
}

async function modelOf(names: readonly string[]): Promise<ReportModel> {
  const [only] = names;
  if (names.length === 1 && only !== undefined && (await isFile(only))) return historyReport(only);
  const sets: Measured[][] = [];
  for (const name of names) sets.push(await readSet(name));
  return modelOfSets(sets);
}

/** Where the report about several results goes when nothing else is said. */
export function folderOf({ kind, results }: ReportModel): string {
  const name = createHash('sha256').update(results.join('\n')).digest('hex').slice(0, 12);
  return join(DEFAULT_REPORTS, `${kind}-${name}`);
}

/** Renders and prints. @returns the exit code: that of the run's status, or success */
export async function reportCommand(
  names: readonly string[],
  { format, out, tables }: RawReportOptions,
  context: CommandContext,
): Promise<number> {
  const formats = formatsOf(format);
  const [only] = names;
  if (names.length === 1 && only !== undefined && (await isSingle(only))) {
    return showResult(only, context, { formats, out, tables });
  }
  const { progress, stdout, say, env, json } = context;
  progress.step('Reading the results');
  const model = await modelOf(names);
  progress.step('Drawing the report');
  const files = await writeReport(out ?? folderOf(model), model, formats);
  progress.done('Report drawn');
  const { status, results } = model;
  if (json) stdout.write(`${JSON.stringify({ status, results, report: files }, null, 2)}\n`);
  else {
    const paint = paintFor(stdout, env);
    say(`\n${renderTerminal(model, paint, widthOf(stdout))}\n`);
    say(`${reportLines(files)}\n`);
    stdout.write(`${paint.bold(model.answer.line)}\n`);
  }
  return EXIT_CODES.success;
}
