/**
 * Shows a result: writes its report files and prints it, as a table or as JSON.
 */
import { relative } from 'node:path';
import { findBenchmark } from '../../../bench/registry.ts';
import { EXIT_CODES, UserError } from '../../../infra/errors.ts';
import { buildReport } from '../../../reports/model/build.ts';
import { renderTerminal } from '../../../reports/render/terminal.ts';
import { writeReport } from '../../../reports/write.ts';
import { isImported } from '../../../results/imported/read.ts';
import { readResult } from '../../../results/store/reader.ts';
import { paintFor, widthOf } from '../output.ts';
import type { CommandContext } from './context.ts';
import { evidenceTables } from './evidence.ts';
import { showImported } from './show-imported.ts';

function short(path: string): string {
  const near = relative(process.cwd(), path);
  return near.startsWith('..') ? path : near;
}

/**
 * Reads the result, renders its report into its folder and prints it.
 * @returns the exit code that its status calls for
 */
export async function showResult(folder: string, context: CommandContext): Promise<number> {
  const { stdout, env, progress, json } = context;
  if (await isImported(folder)) return showImported(folder, context);
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
  const model = buildReport(result, benchmark, ...others);
  progress.step('Drawing the report');
  model.tables.push(...(await evidenceTables(result)));
  const files = await writeReport(result.folder, model);
  progress.done('Report drawn');
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
    stdout.write(`\n${renderTerminal(model, paintFor(stdout, env), widthOf(stdout))}`);
    stdout.write(`\nResult:  ${short(result.folder)}\nReport:  ${short(files.html)}\n`);
    for (const chart of files.charts) stdout.write(`Chart:   ${short(chart)}\n`);
  }
  const { status } = result.summary;
  return EXIT_CODES[status];
}
