/**
 * `tinyvmi-bench calibrate`: how often the intervals cover, by simulation, and how often verdicts on
 * results of one's own are wrong.
 */
import { EXIT_CODES } from '../../../infra/errors.ts';
import { writeOutput } from '../../../infra/files/write-output.ts';
import { calibrationBrief, tooNarrow } from '../../../reports/model/calibration.ts';
import { falseAlarmsBrief } from '../../../reports/model/false-alarms.ts';
import { renderBriefMarkdown } from '../../../reports/render/brief.ts';
import { type Coverage, DESIGNS, simulate } from '../../calibrate/coverage.ts';
import type { CommandContext } from './context.ts';
import { aaLevelsOf } from './false-alarms.ts';
import { wholeOf } from './numbers.ts';
import { printBrief } from './print.ts';

/** Options of the command, as they are written. */
export interface RawCalibrateOptions {
  experiments: string;
  seed: string;
  /** A/A results whose false alarms are counted beside. */
  aa?: string;
  out?: string;
  markdown?: boolean;
}

/** Simulates every design, prints the table, and writes it if asked. @returns the exit code: 1 when an interval is too narrow */
export async function calibrateCommand(
  raw: RawCalibrateOptions,
  context: CommandContext,
): Promise<number> {
  const experiments = wholeOf('experiments', raw.experiments, 1);
  const seed = wholeOf('seed', raw.seed, 0);
  const levels = raw.aa === undefined ? undefined : (await aaLevelsOf(raw.aa, {})).levels;
  const rows: Coverage[] = [];
  for (const design of DESIGNS) {
    context.progress.step(`Simulating ${design.what}, ${design.name}`);
    // A Ctrl-C is told between two of them.
    await new Promise((resolve) => setImmediate(resolve));
    rows.push(simulate(design, experiments, seed));
  }
  const command = `tinyvmi-bench calibrate --experiments ${experiments} --seed ${seed}`;
  const own = calibrationBrief(rows, command);
  const beside = levels === undefined ? undefined : falseAlarmsBrief(levels);
  const brief = {
    ...own,
    sentences: [...own.sentences, ...(beside?.sentences ?? [])],
    tables: [...own.tables, ...(beside?.tables ?? [])],
  };
  if (raw.out !== undefined) await writeOutput(raw.out, renderBriefMarkdown(brief), '--out');
  const status = tooNarrow(rows).length === 0 ? 'success' : 'failure';
  const aa = levels === undefined ? {} : { aa: levels };
  printBrief(
    brief,
    { status, version: 1, command, experiments, seed, designs: rows, ...aa },
    raw,
    context,
  );
  return EXIT_CODES[status];
}
