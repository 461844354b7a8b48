/**
 * `tinyvmi-bench history`: append, list and plot.
 */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { EXIT_CODES, UserError } from '../../../infra/errors.ts';
import { writeOutput } from '../../../infra/files/write-output.ts';
import { trendSvg } from '../../../reports/charts/trend-svg.ts';
import { historyBrief } from '../../../reports/model/trend.ts';
import { historyPath, readHistory } from '../../../results/history/store.ts';
import { readMeasured } from '../../../results/measured.ts';
import { acceptanceOf, appendOrExplain } from '../../history/append.ts';
import { entryOf } from '../../history/entry.ts';
import { trendsBySegment } from '../../history/trends.ts';
import type { CommandContext } from './context.ts';
import { printBrief } from './print.ts';

/** Where histories are kept when nothing else is said. */
export const DEFAULT_HISTORY = 'results/history';

/**
 * Appends runs to their history. A run that is in it already is left alone, unless it is accepted now.
 * @returns the exit code
 */
export async function historyAppend(
  runs: readonly string[],
  { file, accept }: { file?: string; accept?: string },
  { stdout, json }: CommandContext,
): Promise<number> {
  const accepted = acceptanceOf(accept, new Date());
  const appended: { id: string; file: string; appended: boolean; begins: string | null }[] = [];
  for (const run of runs) {
    const entry = { ...entryOf(await readMeasured(run)), ...(accepted && { accepted }) };
    const path = file ?? historyPath(DEFAULT_HISTORY, entry.identity);
    appended.push({ id: entry.id, file: path, ...(await appendOrExplain(path, entry)) });
  }
  if (json) stdout.write(`${JSON.stringify({ status: 'success', runs: appended }, null, 2)}\n`);
  else {
    for (const { id, file: path, appended: done, begins } of appended) {
      const segment = begins === null ? '' : `; it begins a segment: ${begins}`;
      stdout.write(
        done ? `${id} appended to ${path}${segment}\n` : `${id} is in ${path} already\n`,
      );
    }
  }
  return EXIT_CODES.success;
}

/** The histories that a name stands for: a file, or all of a folder. */
async function historiesOf(path: string): Promise<string[]> {
  const names = await readdir(path).catch(() => undefined);
  if (names === undefined) return [path];
  const files = names.filter((name) => name.endsWith('.jsonl')).sort();
  if (files.length > 0) return files.map((name) => join(path, name));
  throw new UserError(`There is no history in ${path}.`, {
    advice: 'Begin one: tinyvmi-bench history append <run>',
  });
}

async function readTrends(path: string) {
  const { entries, broken, mended } = await readHistory(path);
  if (entries.length === 0) {
    const why =
      broken[0] === undefined ? 'it is empty' : `line ${broken[0].line} is ${broken[0].why}`;
    throw new UserError(`${path} holds no run: ${why}.`, {
      advice: 'Begin a history: tinyvmi-bench history append <run>',
    });
  }
  return { path, entries, broken, mended, trends: trendsBySegment(entries) };
}

/** Lists histories with their changes of level. @returns the exit code */
export async function historyList(
  path: string,
  options: { markdown?: boolean },
  context: CommandContext,
): Promise<number> {
  const histories = [];
  for (const file of await historiesOf(path)) histories.push(await readTrends(file));
  if (context.json) {
    const documents = histories.map(({ path: file, broken, mended, trends, entries }) => ({
      ...{ file, broken, mended, trends },
      accepted: entries.flatMap(({ id, accepted }) => (accepted ? [{ id, ...accepted }] : [])),
    }));
    const document = { status: 'success', histories: documents };
    context.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
    return EXIT_CODES.success;
  }
  for (const { path: file, entries, trends, broken, mended } of histories) {
    printBrief(historyBrief(file, entries, trends, { broken, mended }), {}, options, context);
  }
  return EXIT_CODES.success;
}

/** Draws a history. @returns the exit code */
export async function historyPlot(
  path: string,
  options: { out?: string },
  { stdout, progress, json }: CommandContext,
): Promise<number> {
  const files: { history: string; plot: string }[] = [];
  const histories = await historiesOf(path);
  if (options.out !== undefined && histories.length > 1) {
    throw new UserError(`--out ${options.out}: ${path} holds ${histories.length} histories.`, {
      kind: 'usage',
      advice: 'Name one of them, or leave --out away: each is drawn beside its file.',
    });
  }
  for (const history of histories) {
    const { broken, mended, trends } = await readTrends(history);
    for (const text of mended) progress.warn(`${history}: ${text}`);
    for (const { line, why } of broken) progress.warn(`${history}, line ${line}: ${why}.`);
    const plot = options.out ?? history.replace(/(\.jsonl)?$/, '.svg');
    await writeOutput(plot, trendSvg(trends, history));
    files.push({ history, plot });
  }
  if (json) stdout.write(`${JSON.stringify({ status: 'success', files }, null, 2)}\n`);
  else for (const { plot } of files) stdout.write(`${plot}\n`);
  return EXIT_CODES.success;
}
