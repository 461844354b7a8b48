/**
 * `tinyvmi-bench analyse`: what must be known of a result's samples before its medians are believed,
 * and `tinyvmi-bench claims`: which sentences the result backs.
 */
import { EXIT_CODES, UserError } from '../../../infra/errors.ts';
import { claimsBrief } from '../../../reports/model/claims.ts';
import { diagnosisBrief } from '../../../reports/model/diagnosis.ts';
import { demandFigures, readMeasured } from '../../../results/measured.ts';
import { readResult } from '../../../results/store/reader.ts';
import type { CommandContext } from './context.ts';
import { claimsOf, diagnoseAll, perOfAll } from './evidence.ts';
import { printBrief } from './print.ts';

/** Diagnoses every arm and state. @returns the exit code */
export async function analyseCommand(
  folder: string,
  options: { markdown?: boolean },
  context: CommandContext,
): Promise<number> {
  context.progress.step('Analysing');
  const measured = await readMeasured(folder);
  const { id } = measured;
  const diagnoses = diagnoseAll(measured);
  if (diagnoses.length === 0) {
    throw new UserError(`${id} has no samples: all that it has was counted or sized, once.`, {
      advice: 'Show it with tinyvmi-bench report, or analyse a run of page-walk or events.',
    });
  }
  const document = { status: 'success', id, diagnoses };
  printBrief(diagnosisBrief(id, diagnoses, perOfAll(diagnoses)), document, options, context);
  return EXIT_CODES.success;
}

/** Evaluates every claim. @returns the exit code */
export async function claimsCommand(
  folder: string,
  options: { markdown?: boolean },
  context: CommandContext,
): Promise<number> {
  const result = await readResult(folder);
  const { id } = result.manifest;
  demandFigures(id, result.summary);
  const claims = claimsOf(result);
  const document = { status: 'success', id, claims };
  printBrief(claimsBrief(id, claims), document, options, context);
  return EXIT_CODES.success;
}
