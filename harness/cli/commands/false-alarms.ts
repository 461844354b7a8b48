/**
 * `tinyvmi-bench false-alarms`: how often the gate is wrong, by comparing things with themselves.
 */
import { EXIT_CODES, UserError } from '../../../infra/errors.ts';
import { writeOutput } from '../../../infra/files/write-output.ts';
import { falseAlarmsBrief } from '../../../reports/model/false-alarms.ts';
import { type Measured, readSet } from '../../../results/measured.ts';
import { type AaLevelResult, compareAa } from '../../gate/aa-pairs.ts';
import { compareOptionsOf, type RawCompareOptions } from './compare.ts';
import type { CommandContext } from './context.ts';
import { printBrief } from './print.ts';

/** Options of the command, as they are written. */
export interface RawFalseAlarmOptions extends RawCompareOptions {
  out?: string;
}

/** What is published of A/A comparisons. */
export interface FalseAlarmDocument {
  version: 1;
  /** Command that made the document from the results. */
  command: string;
  results: { id: string; commit: string | null }[];
  identity: Measured['identity'];
  levels: AaLevelResult[];
}

/** A/A comparisons out of results. @throws UserError when there is nothing to compare with itself */
export async function aaLevelsOf(
  results: string,
  raw: RawCompareOptions,
): Promise<{ set: Measured[]; levels: AaLevelResult[] }> {
  const set = await readSet(results);
  const levels = compareAa(set, compareOptionsOf(raw));
  if (levels.length === 0) {
    throw new UserError('There is nothing to compare with itself in these results.', {
      advice: 'Measure A/A: tinyvmi-bench run --aa --boots 2 --domains 10',
    });
  }
  return { set, levels };
}

/** Compares, prints, and writes the document if asked. @returns the exit code */
export async function falseAlarmsCommand(
  results: string,
  raw: RawFalseAlarmOptions,
  context: CommandContext,
): Promise<number> {
  const { set, levels } = await aaLevelsOf(results, raw);
  const document: FalseAlarmDocument = {
    version: 1,
    command: `tinyvmi-bench false-alarms ${set.map(({ id }) => id).join(',')}`,
    results: set.map(({ id, commit }) => ({ id, commit })),
    identity: set[0]?.identity ?? {},
    levels,
  };
  if (raw.out !== undefined) {
    await writeOutput(raw.out, `${JSON.stringify(document, null, 2)}\n`, '--out');
  }
  printBrief(falseAlarmsBrief(levels), { status: 'success', ...document }, raw, context);
  return EXIT_CODES.success;
}
