/**
 * Shows a result: writes its report files and prints it, as a table or as JSON.
 */
import { dirname, relative } from 'node:path';
import { findBenchmark } from '../../../bench/registry.ts';
import { EXIT_CODES, UserError } from '../../../infra/errors.ts';
import type { Progress } from '../../../infra/testbed.ts';
import type { DrawnCharts } from '../../../reports/charts/drawn.ts';
import { addEvidence, buildReport } from '../../../reports/model/build.ts';
import { renderGlance, renderTerminal } from '../../../reports/render/terminal.ts';
import { type ReportFiles, type ReportFormat, writeReport } from '../../../reports/write.ts';
import { isImported } from '../../../results/imported/read.ts';
import { readResult } from '../../../results/store/reader.ts';
import { exitCodeWith } from '../../fleet/outcome.ts';
import { paintFor, widthOf } from '../output.ts';
import type { CommandContext } from './context.ts';
import { evidenceOf } from './evidence.ts';
import { showImported } from './show-imported.ts';

/** A path as a user would type it here. */
export function short(path: string): string {
  const near = relative(process.cwd(), path);
  return near.startsWith('..') ? path : near;
}

/** What is written, and where. */
export interface ShowOptions {
  /** Default: all. */
  formats?: readonly ReportFormat[] | undefined;
  /** Default: the result's own folder. */
  out?: string | undefined;
  /** All tables are printed, not only the main figures. */
  tables?: boolean | undefined;
  /** Fires when the user wants no more. */
  signal?: AbortSignal | undefined;
  /** Whether a precision that was asked for and not reached is an error. */
  demandsPrecision?: boolean | undefined;
  /** Charts that were drawn ahead. */
  charts?: DrawnCharts | undefined;
}

/**
 * Reads a measured result and writes its report.
 * @returns all three: what was read, what was made of it, and the files by format
 */
export async function drawReport(folder: string, progress: Progress, options: ShowOptions = {}) {
  const result = await readResult(folder);
  const names = result.summary.benchmarks;
  const [benchmark, ...others] = names.flatMap((name) => findBenchmark(name) ?? []);
  if (benchmark === undefined || 1 + others.length !== names.length) {
    throw new UserError(
      `${folder} is about ${result.summary.benchmarks.join()}, which is not known here.`,
      {
        advice: 'Read it with the release of tinyvmi-bench that wrote it (manifest.json, tool).',
      },
    );
  }
  if (options.formats?.length !== 0) progress.step('Drawing the report');
  const bare = buildReport(result, benchmark, ...others);
  const model = addEvidence(bare, result, await evidenceOf(result));
  if (options.formats?.length === 0) return { result, model, files: {} };
  const files = await writeReport(options.out ?? result.folder, model, options.formats, options);
  progress.done('Report drawn');
  return { result, model, files };
}

/** Where a report's files are: the first by its path, the others by their names below it. */
export function reportLines(files: ReportFiles): string {
  const [first, ...others] = Object.values(files).map(([path = '']) => path);
  if (first === undefined) return '';
  const beside = others.map((path) => relative(dirname(first), path)).join(', ');
  return `Report:  ${short(first)}${beside === '' ? '' : ` (and ${beside})`}\n`;
}

/**
 * Reads the result, renders its report and prints it.
 * @returns the exit code that its status calls for, or that of an error when something was left behind
 */
export async function showResult(
  folder: string,
  context: CommandContext,
  options: ShowOptions = {},
): Promise<number> {
  const { stdout, say, env, progress, json, signal } = context;
  if (await isImported(folder)) return showImported(folder, context, options);
  const { result, model, files } = await drawReport(folder, progress, { ...options, signal });
  progress.close();
  if (json) {
    const { summary, manifestDigest } = result;
    const document = {
      status: summary.status,
      folder: result.folder,
      manifestDigest,
      report: files,
      summary,
    };
    stdout.write(`${JSON.stringify(document, null, 2)}\n`);
  } else {
    const render = options.tables ? renderTerminal : renderGlance;
    const paint = paintFor(stdout, env);
    say(`\n${render(model, paint, widthOf(stdout))}`);
    say(`\nResult:  ${short(result.folder)}\n${reportLines(files)}\n`);
    stdout.write(`${paint.bold(model.answer.line)}\n`);
  }
  const { status, left = [] } = result.summary;
  const code = exitCodeWith(status, left);
  const vague = options.demandsPrecision && result.manifest.until?.reached === false;
  return vague && code === EXIT_CODES.success ? EXIT_CODES.error : code;
}
