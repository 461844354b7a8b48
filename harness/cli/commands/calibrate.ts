/**
 * `tinyvmi-bench calibrate`: how often the intervals cover and verdicts are wrong, by simulation, and how
 * often verdicts on results of one's own are.
 */
import { setImmediate } from 'node:timers/promises';
import { EXIT_CODES } from '../../../infra/errors.ts';
import { writeOutput } from '../../../infra/files/write-output.ts';
import { calibrationBrief, misses } from '../../../reports/model/calibration.ts';
import { falseAlarmsBrief } from '../../../reports/model/false-alarms.ts';
import { renderBriefMarkdown } from '../../../reports/render/brief.ts';
import { DESIGNS, simulate } from '../../calibrate/coverage.ts';
import { GATE_DESIGNS, nameOfGate, simulateGates } from '../../calibrate/gates.ts';
import type { Calibration } from '../../calibrate/published.ts';
import { simulateVerdict, VERDICT_DESIGNS } from '../../calibrate/verdicts.ts';
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
  /** File for all of it as JSON. */
  document?: string;
  markdown?: boolean;
}

/** Simulates every design, prints the table, and writes it if asked. @returns the exit code: 1 when something is wrong more often than it may be */
export async function calibrateCommand(
  raw: RawCalibrateOptions,
  context: CommandContext,
): Promise<number> {
  const experiments = wholeOf('experiments', raw.experiments, 1);
  const seed = wholeOf('seed', raw.seed, 0);
  const levels = raw.aa === undefined ? undefined : (await aaLevelsOf(raw.aa, {})).levels;
  const told = async <D, R>(
    designs: readonly D[],
    name: (design: D) => string,
    run: (design: D) => R | Promise<R>,
  ): Promise<R[]> => {
    const found: R[] = [];
    for (const design of designs) {
      context.progress.step(`Simulating ${name(design)}`);
      // A Ctrl-C is told between two of them.
      await setImmediate();
      found.push(await run(design));
    }
    return found;
  };
  const calibration: Calibration = {
    version: 1,
    command: `tinyvmi-bench calibrate --experiments ${experiments} --seed ${seed}`,
    ...{ experiments, seed },
    coverage: await told(
      DESIGNS,
      ({ what, name }) => `${what}, ${name}`,
      (design) => simulate(design, experiments, seed),
    ),
    verdicts: await told(
      VERDICT_DESIGNS,
      ({ what, name }) => `${what}, ${name}`,
      (design) => simulateVerdict(design, experiments, seed),
    ),
    gates: await told(
      GATE_DESIGNS,
      (design) => `gate, ${nameOfGate(design)}`,
      (design) => simulateGates(design, experiments, seed),
    ),
  };
  const own = calibrationBrief(calibration);
  const beside = levels === undefined ? undefined : falseAlarmsBrief(levels);
  const brief = {
    ...own,
    sentences: [...own.sentences, ...(beside?.sentences ?? [])],
    tables: [...own.tables, ...(beside?.tables ?? [])],
  };
  if (raw.out !== undefined) await writeOutput(raw.out, renderBriefMarkdown(brief), '--out');
  if (raw.document !== undefined) {
    await writeOutput(raw.document, `${JSON.stringify(calibration, null, 2)}\n`, '--document');
  }
  const status = misses(calibration).length === 0 ? 'success' : 'failure';
  const aa = levels === undefined ? {} : { aa: levels };
  printBrief(brief, { status, ...calibration, ...aa }, raw, context);
  return EXIT_CODES[status];
}
